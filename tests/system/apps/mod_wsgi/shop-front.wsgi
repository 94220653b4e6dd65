"""As mod_wsgi has it: a script, not a module, that mends the path and defines `application`."""

import sys

sys.path.insert(0, "/var/www/shop")

from pages import page


def application(environ, start_response):
    """The WSGI callable."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [page(environ["PATH_INFO"])]

"""The standard library on the device: each path calls a function of tools.py and answers with its JSON."""

import json

from tools import TOOLS


def app(environ, start_response):
    """The WSGI callable."""
    name = environ["PATH_INFO"].strip("/")
    data = json.dumps(TOOLS[name]() if name else sorted(TOOLS)).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(data)))])
    return [data]

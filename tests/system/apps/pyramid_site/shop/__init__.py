"""A Pyramid project's package: main() as its cookiecutters make it, routes, a scan for views."""

from pyramid.config import Configurator
from pyramid.csrf import CookieCSRFStoragePolicy
from pyramid.session import SignedCookieSessionFactory


def main(global_config, **settings):
    """The WSGI application."""
    with Configurator(settings=settings, session_factory=SignedCookieSessionFactory("for signing")) as config:
        config.set_csrf_storage_policy(CookieCSRFStoragePolicy())
        config.include(".routes")
        config.scan(".views")
    return config.make_wsgi_app()

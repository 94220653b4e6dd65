"""Two Flask apps behind Werkzeug's middleware, all of it behind the standard library's checker."""

import os
from wsgiref.validate import validator

from flask import Flask, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.middleware.shared_data import SharedDataMiddleware

site = Flask("site")
shop = Flask("shop")


@site.get("/")
def home():
    """Who asked for what, as the proxy tells it."""
    return f"{request.remote_addr} {request.url}"


@shop.get("/item/<int:number>")
def item(number):
    """Where the app is mounted."""
    return f"{request.script_root}{request.path} {number}"


application = DispatcherMiddleware(site, {"/shop": shop})
application = SharedDataMiddleware(application, {"/static": os.path.join(os.path.dirname(__file__), "static")})
application = validator(ProxyFix(application, x_for=1, x_proto=1, x_host=1))

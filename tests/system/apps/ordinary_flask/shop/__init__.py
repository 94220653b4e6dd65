"""A small shop, written as one writes Flask at a desk: an app factory, blueprints, hooks.

Nothing in it knows of the device.  It is there to use what ordinary apps use.
"""

import logging
import os
import time
from datetime import datetime, timezone

from flask import Flask, g, jsonify, make_response, render_template, request, session
from werkzeug.exceptions import HTTPException

from . import account, api, catalogue, exchange, gauge, toolbox
from .models import Catalogue, Money


def create_app(test_config=None):
    """The application factory."""
    app = Flask(__name__, instance_relative_config=True)
    app.config.from_mapping(SECRET_KEY=os.environ.get("SHOP_SECRET", "only for tests"), SHOP_NAME="The Shop",
                            JSON_SORT_KEYS=False)
    app.config.from_pyfile("settings.py", silent=True)
    app.config.from_object(f"{__name__}.defaults")
    if test_config:
        app.config.update(test_config)
    app.logger.setLevel(logging.INFO)
    app.extensions["catalogue"] = Catalogue.sample()
    for module in (catalogue, account, api, exchange, toolbox, gauge):
        app.register_blueprint(module.blueprint)
    add_hooks(app)
    add_errors(app)
    add_templates(app)
    return app


def add_hooks(app):
    """What runs around every request."""

    @app.before_request
    def begin():
        g.began = time.perf_counter()
        g.user = session.get("user")

    @app.after_request
    def note(response):
        response.headers["X-Elapsed"] = f"{time.perf_counter() - g.began:.6f}"
        response.headers.add("Vary", "Accept-Language")
        return response

    @app.teardown_request
    def end(error):
        if error is not None:
            app.logger.warning("torn down by %s", type(error).__name__)


def add_errors(app):
    """Pages for people, JSON for programs."""

    @app.errorhandler(HTTPException)
    def http_error(error):
        if request.path.startswith("/api/"):
            return jsonify(code=error.code, name=error.name, description=error.description), error.code
        return render_template("error.html", error=error), error.code

    @app.errorhandler(LookupError)
    def lookup_error(error):
        return make_response(f"not in stock: {error}", 404, {"Content-Type": "text/plain; charset=utf-8"})


def add_templates(app):
    """Names, filters and tests for templates."""

    @app.context_processor
    def common():
        return {"shop": app.config["SHOP_NAME"], "year": datetime.now(timezone.utc).year}

    @app.template_filter()
    def money(value):
        return Money(value).text

    @app.template_test()
    def cheap(item):
        return item.price < 500

    @app.route("/")
    def index():
        app.logger.info("the index was asked for by %s", request.user_agent.string or "nobody")
        return render_template("index.html", items=list(app.extensions["catalogue"]))

"""Falcon's own parts: resources, hooks, middleware, media, forms, cookies, errors, static files."""

from pathlib import Path

import falcon

FOLDER = Path(__file__).parent
PAGE = """<!doctype html><title>Things</title>
<form method="post" action="/things"><input name="name"></form>
<p>seen {seen} times</p>"""


class Timer:
    """Middleware."""

    def process_request(self, req, resp):
        req.context.steps = ["request"]

    def process_response(self, req, resp, resource, req_succeeded):
        resp.set_header("X-Steps", ",".join([*req.context.steps, "response"]))


class Page:
    """Text and a cookie."""

    def on_get(self, req, resp):
        seen = int(req.cookies.get("seen", "0")) + 1
        resp.set_cookie("seen", str(seen), secure=False)
        resp.content_type = falcon.MEDIA_HTML
        resp.text = PAGE.format(seen=seen)


def needs_token(req, resp, resource, params):
    """A hook."""
    if req.get_header("Authorization") != "Bearer x":
        raise falcon.HTTPUnauthorized(title="No token", challenges=["Bearer"])


class Things:
    """A collection: JSON, a form, a redirect."""

    def __init__(self):
        self.names = ["hammer"]

    def on_get(self, req, resp):
        limit = req.get_param_as_int("limit", min_value=1, default=10)
        resp.media = {"things": self.names[:limit], "limit": limit}

    def on_post(self, req, resp):
        name = req.get_media().get("name")
        if not name:
            raise falcon.HTTPBadRequest(title="No name", description="a thing has a name")
        self.names.append(name)
        raise falcon.HTTPSeeOther(f"/things/{len(self.names)}")


class Thing:
    """One of it, by a converter."""

    def __init__(self, things):
        self.things = things

    def on_get(self, req, resp, number):
        if number > len(self.things.names):
            raise falcon.HTTPNotFound(description=f"there are {len(self.things.names)} things")
        resp.media = {"name": self.things.names[number - 1]}

    @falcon.before(needs_token)
    def on_delete(self, req, resp, number):
        del self.things.names[number - 1]
        resp.status = falcon.HTTP_204


class Failing:
    """An exception with a handler, and a stream without its length."""

    def on_get(self, req, resp):
        raise ZeroDivisionError("as ordered")

    def on_put(self, req, resp):
        resp.stream = (chunk.upper() for chunk in iter(lambda: req.bounded_stream.read(1000), b""))


def explain(req, resp, error, params):
    """For ZeroDivisionError."""
    resp.status = falcon.HTTP_500
    resp.media = {"error": str(error)}


app = falcon.App(middleware=[Timer()])
things = Things()
app.add_route("/", Page())
app.add_route("/things", things)
app.add_route("/things/{number:int}", Thing(things))
app.add_route("/fail", Failing())
app.add_error_handler(ZeroDivisionError, explain)
app.add_static_route("/static", str(FOLDER / "static"))

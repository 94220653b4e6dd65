"""Bottle's own parts: filters, templates, static files, cookies, hooks, plugins, mounted apps, errors."""

from pathlib import Path

import bottle
from bottle import Bottle, abort, redirect, request, response, static_file, template, view

FOLDER = Path(__file__).parent
bottle.TEMPLATE_PATH[:] = [str(FOLDER / "views")]
SECRET = "for signing"


class Counting:
    """A plugin: counts the calls of each route that does not skip it."""

    name, api = "counting", 2

    def __init__(self):
        self.counts = {}

    def setup(self, app):
        self.app = app

    def apply(self, callback, route):
        def wrapper(*args, **kwargs):
            self.counts[route.rule] = self.counts.get(route.rule, 0) + 1
            return callback(*args, **kwargs)

        return wrapper


counting = Counting()
site = Bottle()
site.install(counting)
inner = Bottle()


@site.hook("after_request")
def sign():
    response.set_header("X-Site", "bottle")


@site.get("/")
@view("index")
def index():
    name = request.get_cookie("name", secret=SECRET)
    return {"name": name, "items": ["a", "<b>", "\u20ac"]}


@site.post("/name")
def name():
    given = request.forms.getunicode("name") or abort(400, "a name, please")
    response.set_cookie("name", given, secret=SECRET, path="/")
    redirect("/", 303)


@site.get("/add/<first:int>/<second:float>")
def add(first, second):
    return {"sum": first + second}


@site.get("/word/<word:re:[a-z]+>")
def word(word):
    return word


@site.post("/upload")
def upload():
    sent = request.files.file
    return {"name": sent.filename, "size": len(sent.file.read()), "type": sent.content_type}


@site.get("/static/<path:path>")
def static(path):
    return static_file(path, root=str(FOLDER / "static"))


@site.get("/counts", skip=[counting])
def counts():
    return counting.counts


@site.get("/stream")
def stream():
    yield "one "
    yield "two"


@site.error(404)
def missing(error):
    return template("<h1>{{path}} is not here</h1>", path=request.path)


@inner.get("/where")
def where():
    return {"script": request.script_name, "path": request.path}


def plain(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['SCRIPT_NAME']} {environ['PATH_INFO']}".encode()]


site.mount("/inner/", inner)  # of Bottle's: its routes become the site's
site.mount("/plain/", plain)  # of another kind: is called
app = site

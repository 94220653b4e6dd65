"""A Bottle application: routes, JSON, a template, static files, a form, a cookie, an error page."""

import json
import os
import sys

import bottle
from bottle import Bottle, redirect, request, response, static_file, template

try:
    from hipflask import board
except ImportError:
    board = "a desk"

HERE = os.path.dirname(os.path.abspath(__file__))
LONGEST_WISH = 80
WISHES_KEPT = 20

bottle.TEMPLATE_PATH[:] = [os.path.join(HERE, "views")]
app = Bottle()
wishes = ["a blinking light"]


@app.get("/")
def home():
    """The page: how often this browser has been here, the wishes, the form."""
    before = request.get_cookie("visits", "0")
    visits = int(before) + 1 if before.isdecimal() and len(before) < 7 else 1
    response.set_cookie("visits", str(visits), path="/", httponly=True, samesite="lax")
    return template("home", board=board, version=sys.version.split()[0], visits=visits, wishes=wishes)


@app.post("/wish")
def wish():
    """Takes a wish from the form, then has the browser load the page again."""
    text = (request.forms.getunicode("wish") or "").strip()[:LONGEST_WISH]
    if text:
        wishes.append(text)
        del wishes[:-WISHES_KEPT]
    redirect("/")


@app.get("/api/square/<number:int>")
def square(number):
    """A dict becomes JSON by itself."""
    return {"number": number, "square": number * number}


@app.post("/api/sorted")
def sort():
    """JSON in, JSON out."""
    items = request.json
    if not isinstance(items, list):
        response.status = 400
        return {"error": "send a list"}
    response.content_type = "application/json"
    return json.dumps(sorted(items, key=str))


@app.get("/static/<path:path>")
def static(path):
    """Files of the folder static, with Last-Modified and ranges."""
    return static_file(path, root=os.path.join(HERE, "static"))


@app.get("/fail")
def fail():
    """Shows what happens when a handler raises."""
    return {"never": 1 // 0}


@app.error(404)
def not_found(error):
    """A page of our own."""
    return template("error", title="Not found", text="There is nothing at this address.")


@app.error(500)
def failed(error):
    """A page of our own; the traceback is on the device's console."""
    return template("error", title="That did not work", text="The console shows why.")


if __name__ == "__main__":
    app.run(host="localhost", port=8000, debug=True)

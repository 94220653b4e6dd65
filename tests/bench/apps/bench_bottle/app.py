"""What `hip bench` asks of a Bottle app: JSON, a template, a static file, 1 MiB each way."""

import os

import bottle
from bottle import Bottle, request, static_file, template

PIECE_BYTES = 4096
MEGABYTE = 1 << 20
PIECE = bytes(PIECE_BYTES)
HERE = os.path.dirname(os.path.abspath(__file__))

bottle.BaseRequest.MEMFILE_MAX = PIECE_BYTES
app = Bottle()


@app.get("/json")
def as_json():
    """A dict becomes JSON by itself."""
    return {"message": "hello"}


@app.get("/template")
def as_template():
    """One line, one variable."""
    return template("Hello, {{name}}!", name="world")


@app.get("/static")
def static():
    """1 MiB from flash."""
    return static_file("megabyte.txt", root=os.path.join(HERE, "static"))


@app.get("/download")
def download():
    """1 MiB, made in pieces."""
    return (PIECE for _ in range(MEGABYTE // PIECE_BYTES))


@app.post("/upload")
def upload():
    """Counts the body as it comes."""
    read, total = request.environ["wsgi.input"].read, 0
    while piece := read(PIECE_BYTES):
        total += len(piece)
    return {"bytes": total}

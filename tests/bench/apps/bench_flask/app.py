"""What `hip bench` asks of a Flask app: JSON, a template, a static file, 1 MiB each way."""

from flask import Flask, render_template, request

try:
    from hipflask import awake
except ImportError:  # on a desk
    from time import perf_counter as awake

PIECE_BYTES = 4096
MEGABYTE = 1 << 20
PIECE = bytes(PIECE_BYTES)
WARM_UP = 20

app = Flask(__name__)
seen = []  # the environ of the last request for JSON


@app.get("/json")
def as_json():
    """A dict becomes JSON by itself."""
    seen[:] = [request.environ]
    return {"message": "hello"}


@app.get("/template")
def as_template():
    """A file of one line, one variable."""
    return render_template("hello.html", name="world")


@app.get("/download")
def download():
    """1 MiB, made in pieces."""
    return app.response_class((PIECE for _ in range(MEGABYTE // PIECE_BYTES)), mimetype="application/octet-stream")


@app.post("/upload")
def upload():
    """Counts the body as it comes."""
    total = 0
    while piece := request.stream.read(PIECE_BYTES):
        total += len(piece)
    return {"bytes": total}


def call_in_process(times):
    """Seconds that a request for JSON takes when no server stands between: called on the console."""
    environ = {key: value for key, value in seen[0].items() if not key.startswith("werkzeug.")}

    def start_response(status, headers, exc_info=None):
        pass

    def ask(count):
        for _ in range(count):
            body = app(dict(environ), start_response)
            b"".join(body)
            body.close()

    ask(WARM_UP)
    before = awake()
    ask(times)
    return (awake() - before) / times

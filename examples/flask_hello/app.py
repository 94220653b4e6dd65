"""A tour of Flask in one small application: what a desk can do, the device can.

    GET  /            the page: the device, and a card for every feature
    GET  /api/status  JSON out
    POST /api/stats   JSON in, JSON out
    GET  /guestbook   a form; POST stores, flashes and redirects
    GET  /visits      a counter in a signed session cookie; POST starts again
    GET  /stream      a response that is made while it is sent
    POST /upload      a multipart file: its size and SHA-256
    GET  /download    a file of the app, with ranges and an ETag
    GET  /crash       a handler that raises

On a desk:  flask --app examples/flask_hello/app.py run
"""

import hashlib
import secrets
import sys
import time
from collections import deque
from datetime import timedelta
from pathlib import Path

from flask import Flask, abort, flash, redirect, render_template, request, send_file, session, url_for

try:
    import hipflask as device
except ImportError:  # on a desk
    device = None

HERE = Path(__file__).parent
STARTED = time.monotonic()
GUESTS_KEPT = 20
LONGEST_NAME, LONGEST_MESSAGE = 40, 200
STREAM_LINES = 12
STREAM_PAUSE = 0.1  # seconds
PIECE_BYTES = 16 * 1024

app = Flask(__name__)
app.secret_key = secrets.token_bytes(32)  # sessions last until the device restarts
app.config["MAX_CONTENT_LENGTH"] = 768 * 1024
guests = deque(maxlen=GUESTS_KEPT)


def uptime():
    """Seconds since the device was reset, or since this module was imported."""
    return device.uptime() if device else time.monotonic() - STARTED


def status():
    """What the device can say about itself."""
    facts = {
        "board": device.board if device else "a desk",
        "python": sys.version.split()[0],
        "platform": sys.platform,
        "uptime": round(uptime(), 1),
    }
    if device:
        facts["heap"] = device.heap()
        facts["address"] = device.network()["address"]
        facts["started_by"] = device.reset_reason()
    return facts


@app.context_processor
def for_every_template():
    """Names that all templates see."""
    return {"on_device": device is not None}


@app.template_filter("duration")
def duration(seconds):
    """`3661` as `1:01:01`."""
    return str(timedelta(seconds=int(seconds)))


@app.template_filter("size")
def size(count):
    """A number of bytes for people."""
    return f"{count / 1048576:.1f} MB" if count >= 1048576 else f"{count / 1024:.1f} KB"


@app.get("/")
def home():
    """The page a newcomer sees first."""
    return render_template("home.html", status=status(), visits=session.get("visits", 0))


@app.get("/api/status")
def api_status():
    """JSON out: a dict is enough."""
    return status()


@app.post("/api/stats")
def api_stats():
    """JSON in: `{"numbers": [...]}`; JSON out: what they come to."""
    numbers = (request.get_json() or {}).get("numbers")
    if not isinstance(numbers, list) or not numbers or not all(type(n) in (int, float) for n in numbers):
        abort(400, 'Send {"numbers": [1, 2, 3]}.')
    return {"count": len(numbers), "sum": sum(numbers), "mean": sum(numbers) / len(numbers)}


@app.route("/guestbook", methods=["GET", "POST"])
def guestbook():
    """Post, redirect, get: reloading the page sends nothing twice."""
    if request.method == "GET":
        return render_template("guestbook.html", guests=guests)
    name = request.form.get("name", "").strip()[:LONGEST_NAME]
    message = request.form.get("message", "").strip()[:LONGEST_MESSAGE]
    if name and message:
        guests.appendleft((name, message))
        flash(f"Thank you, {name}!", "good")
    else:
        flash("A name and a message, please.", "bad")
    return redirect(url_for("guestbook"))


@app.route("/visits", methods=["GET", "POST"])
def visits():
    """Counts in the session: the browser keeps the number, signed by the device."""
    if request.method == "POST":
        session.clear()
        return redirect(url_for("home"))
    session["visits"] = session.get("visits", 0) + 1
    return render_template("visits.html", visits=session["visits"])


@app.get("/stream")
def stream():
    """Sends one line after the other; the whole is never in memory."""

    def lines():
        for number in range(1, STREAM_LINES + 1):
            yield f"line {number:2} of {STREAM_LINES}, {uptime():.1f} s after the start\n"
            time.sleep(STREAM_PAUSE)

    return app.response_class(lines(), mimetype="text/plain")


@app.route("/upload", methods=["GET", "POST"])
def upload():
    """Reads an uploaded file; large ones lie in /tmp while the request lasts."""
    if request.method == "GET":
        return render_template("upload.html", result=None)
    file = request.files.get("file")
    if file is None or not file.filename:
        abort(400, "Choose a file.")
    digest, total = hashlib.sha256(), 0
    while piece := file.read(PIECE_BYTES):
        digest.update(piece)
        total += len(piece)
    result = {"name": file.filename, "size": total, "sha256": digest.hexdigest()}
    if request.accept_mimetypes.best == "text/html":
        return render_template("upload.html", result=result)
    return result


@app.get("/download")
def download():
    """A file that was packed with the app."""
    return send_file(HERE / "files" / "about.txt", as_attachment=True, download_name="about-hipflask.txt")


@app.get("/crash")
def crash():
    """Raises: the visitor gets a page, the console the traceback."""
    return {"never": 1 // 0}


@app.errorhandler(400)
@app.errorhandler(404)
@app.errorhandler(405)
@app.errorhandler(413)
@app.errorhandler(500)
def error_page(error):
    """One page for what goes wrong; JSON for those who talk JSON."""
    if request.path.startswith("/api/"):
        return {"error": error.name, "description": error.description}, error.code
    return render_template("error.html", error=error), error.code

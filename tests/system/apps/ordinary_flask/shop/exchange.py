"""Files in and out: uploads, send_file, streams, conditional requests."""

import csv
import hashlib
import io
import tempfile
from pathlib import Path

from flask import Blueprint, Response, current_app, request, send_file, send_from_directory, stream_with_context
from werkzeug.utils import secure_filename

blueprint = Blueprint("exchange", __name__, url_prefix="/exchange")


@blueprint.post("/upload")
def upload():
    """Several files and a field; kept in a temporary directory while they are looked at."""
    facts = []
    with tempfile.TemporaryDirectory() as folder:
        for file in request.files.getlist("files"):
            path = Path(folder, secure_filename(file.filename))
            file.save(path)
            facts.append({"name": path.name, "type": file.mimetype, "size": path.stat().st_size,
                          "sha256": hashlib.sha256(path.read_bytes()).hexdigest()})
    return {"files": facts, "note": request.form.get("note")}


@blueprint.post("/measure")
def measure():
    """Several files, looked at where they arrived."""
    return {"sizes": [len(file.read()) for file in request.files.getlist("files")], "note": request.form["note"]}


@blueprint.post("/raw")
def raw():
    """A body without a form, as a stream."""
    digest, size = hashlib.sha256(), 0
    while piece := request.stream.read(8192):
        digest.update(piece)
        size += len(piece)
    return {"size": size, "sha256": digest.hexdigest()}


@blueprint.get("/list.csv")
def as_csv():
    """A file that is made in memory."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "name"])
    writer.writerows((item.id, item.name) for item in current_app.extensions["catalogue"])
    return send_file(io.BytesIO(text.getvalue().encode()), mimetype="text/csv", as_attachment=True,
                     download_name="list \xe4.csv")


@blueprint.get("/style")
def style():
    """A file of the app, by its path."""
    return send_file("static/shop.css", max_age=60, etag=True)


@blueprint.get("/files/<path:name>")
def files(name):
    """A file below a folder, and none outside of it."""
    return send_from_directory("static", name)


@blueprint.get("/numbers")
def numbers():
    """A stream that uses the request while it is sent."""

    @stream_with_context
    def lines():
        for number in range(request.args.get("count", 3, type=int)):
            yield f"{number} of {request.path}\n"

    return Response(lines(), mimetype="text/plain", headers={"X-Accel-Buffering": "no"})


@blueprint.get("/cached")
def cached():
    """A response with an ETag and conditions."""
    response = Response("the same every time")
    response.add_etag()
    response.cache_control.public = True
    response.cache_control.max_age = 10
    return response.make_conditional(request)

"""The standard library as handlers use it: some imported with the module, some when a handler runs."""

import base64
import itertools
import re
import secrets
from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, current_app, request

blueprint = Blueprint("toolbox", __name__, url_prefix="/tools")


@blueprint.get("/days")
def days():
    """Days from one date to another."""
    first, last = (datetime.strptime(request.args[name], "%d %b %Y") for name in ("from", "to"))
    return {"days": (last - first).days, "weekday": f"{last:%A}", "iso": last.isoformat()}


@blueprint.post("/words")
def words():
    """Counts words."""
    found = re.findall(r"\w+", request.get_data(as_text=True).lower())
    by_length = defaultdict(list)
    for word in found:
        by_length[len(word)].append(word)
    pairs = ["-".join(pair) for pair in itertools.pairwise(found)]
    return {"top": Counter(found).most_common(1), "by_length": by_length, "pairs": pairs}


@blueprint.get("/total")
def total():
    """Adds prices exactly."""
    return {"total": str(sum(map(Decimal, request.args.getlist("price")), Decimal()).quantize(Decimal("0.01")))}


@blueprint.get("/tokens")
def tokens():
    """What must never be the same twice."""
    import random
    import uuid

    return {"token": secrets.token_urlsafe(16), "uuid": str(uuid.uuid4()), "random": random.random(),
            "stable": random.Random("seed").randrange(10**6), "named": str(uuid.uuid5(uuid.NAMESPACE_URL, "http://x.test/"))}


@blueprint.post("/signature")
def signature():
    """Signs a body."""
    import hashlib
    import hmac

    data = request.get_data()
    return {"sha256": hashlib.sha256(data).hexdigest(), "hmac": hmac.new(b"key", data, hashlib.sha256).hexdigest(),
            "base64": base64.b64encode(data).decode()}


@blueprint.post("/table")
def table():
    """CSV in, statistics out, by way of a temporary file."""
    import csv
    import statistics
    import tempfile

    with tempfile.NamedTemporaryFile("w+", suffix=".csv", newline="") as file:
        file.write(request.get_data(as_text=True))
        file.seek(0)
        numbers = [float(row["value"]) for row in csv.DictReader(file)]
    return {"mean": statistics.mean(numbers), "count": len(numbers), "gone": not Path(file.name).exists()}


@blueprint.get("/address")
def address():
    """Takes a URL apart."""
    parts = urlsplit(request.args["url"])
    return {"host": parts.hostname, "port": parts.port, "path": parts.path, "again": urlencode({"q": "a b/\xe9"})}


@blueprint.get("/templates")
def templates():
    """The app's own files."""
    folder = Path(current_app.root_path, "templates")
    return sorted(path.name for path in folder.glob("*.html"))


@blueprint.post("/password")
def password():
    """What a login form comes to."""
    from itsdangerous import BadSignature, URLSafeTimedSerializer

    serializer = URLSafeTimedSerializer(current_app.secret_key, salt="reset")
    token = serializer.dumps({"user": request.form["user"]})
    try:
        serializer.loads(token + "x")
        forged = True
    except BadSignature:
        forged = False
    return {"user": serializer.loads(token, max_age=60)["user"], "forged": forged}


@blueprint.get("/archive")
def archive():
    """A ZIP file made in memory; its module is imported only here."""
    import io
    import zipfile

    from flask import send_file

    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as file:
        for item in current_app.extensions["catalogue"]:
            file.writestr(f"{item.id}.txt", item.name * 100)
    box.seek(0)
    return send_file(box, mimetype="application/zip", download_name="items.zip")

"""An app whose handlers take their time; it says on the console when one begins and ends."""

import hashlib
import json
import time
from urllib.parse import parse_qs

try:
    import hipflask as device
except ImportError:
    device = None


def frames():
    """Ethernet frames so far: received, sent."""
    return (device.network()["rx_frames"], device.network()["tx_frames"]) if device else (0, 0)


def slow(kind, seconds):
    """Sleeps, or computes, for so many seconds; what the network did meanwhile."""
    received, sent = frames()
    end = time.monotonic() + seconds
    print(f"slow: {kind} begins", flush=True)
    rounds = 0
    while time.monotonic() < end:
        rounds += 1
        if kind == "sleep":
            time.sleep(end - time.monotonic())
    print(f"slow: {kind} ends", flush=True)
    now = frames()
    return {"received": now[0] - received, "sent": now[1] - sent, "rounds": rounds}


def digest(stream):
    """Reads a body and says what it was."""
    body = stream.read()
    return {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}


def app(environ, start_response):
    """The WSGI callable."""
    path = environ["PATH_INFO"]
    query = {key: values[0] for key, values in parse_qs(environ["QUERY_STRING"]).items()}
    if path == "/slow":
        result = slow(query["kind"], float(query["seconds"]))
    elif path == "/digest":
        result = digest(environ["wsgi.input"])
    else:
        result = "well"
    data = json.dumps(result).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(data)))])
    return [data]

"""Lets a test ask for faults, and does a request's usual work under them."""

import json
import os
import time
from urllib.parse import parse_qs

import hipflask
import hostboard


def gauge(environ):
    """What has to be the same afterwards."""
    return json.dumps({"heap": hipflask.heap(), "pools": hipflask.pools(), "pending": hostboard.pending()})


def ask(environ):
    """/ask?what=fail_python&nth=7&count=1: calls hostboard.<what>() with the other arguments, as integers."""
    query = parse_qs(environ["QUERY_STRING"])
    (name,) = query.pop("what")
    arguments = {key: int(values[0]) for key, values in query.items()}
    function = getattr(hostboard, name)
    if name in ("frames", "jump"):
        function(**arguments)
    else:
        function(*arguments.values())
    return "done"


def work(environ):
    """A request's usual work: reading, parsing, formatting, many small objects."""
    body = environ["wsgi.input"].read()
    fields = parse_qs(environ["QUERY_STRING"])
    rows = [{"n": n, "text": f"row {n}", "fields": dict(fields)} for n in range(20)]
    return json.dumps({"length": len(body), "rows": rows})


def random(environ):
    """Randomness as an app gets it."""
    return os.urandom(16).hex()


def clocks(environ):
    """Both clocks."""
    return json.dumps({"real": time.time(), "uptime": hipflask.uptime()})


def stream(environ):
    """Pieces, one by one."""
    return (f"piece {n:04}\n" for n in range(200))


ROUTES = {"/gauge": gauge, "/ask": ask, "/work": work, "/random": random, "/clocks": clocks, "/stream": stream}


def app(environ, start_response):
    """Routes to the functions above."""
    handler = ROUTES.get(environ["PATH_INFO"])
    if handler is None:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"no such page\n"]
    result = handler(environ)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [result.encode()] if isinstance(result, str) else (piece.encode() for piece in result)

"""The app of the soak: every way a request can go, small and large, well and badly."""

import gc
import hashlib
import json
from urllib.parse import parse_qs

import hipflask

PIECE = bytes(range(256)) * 16


class Trouble(Exception):
    """What the app raises on purpose."""


def number(environ, name):
    """A query parameter."""
    return int(parse_qs(environ["QUERY_STRING"])[name][0])


def home(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"soak\n"]


def gauge(environ, start_response):
    """What has to be the same afterwards."""
    gc.collect()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"heap": hipflask.heap(), "pools": hipflask.pools(), "uptime": hipflask.uptime()}).encode()]


def digest(environ, start_response):
    """Size and SHA-256 of the body, read in pieces."""
    sha, size = hashlib.sha256(), 0
    while piece := environ["wsgi.input"].read(len(PIECE)):
        sha.update(piece)
        size += len(piece)
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"size": size, "sha256": sha.hexdigest()}).encode()]


def download(environ, start_response):
    """So many bytes, with their length."""
    size = number(environ, "size")
    start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(size))])
    return (PIECE[:min(len(PIECE), size - sent)] for sent in range(0, size, len(PIECE)))


def stream(environ, start_response):
    """So many lines, without a length."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return (b"line %d\n" % index for index in range(number(environ, "lines")))


def fail(environ, start_response):
    raise Trouble("on purpose")


def fail_midway(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"the beginning"
    raise Trouble("on purpose, midway")


ROUTES = {"/": home, "/gauge": gauge, "/digest": digest, "/download": download, "/stream": stream, "/fail": fail,
          "/fail-midway": fail_midway}


def missing(environ, start_response):
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"no such page\n"]


def app(environ, start_response):
    """Routes to the functions above."""
    return ROUTES.get(environ["PATH_INFO"], missing)(environ, start_response)

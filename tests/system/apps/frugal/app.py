"""An app whose requests may take little memory, and that takes as much as it is asked for."""

import gc
import json

try:
    import hipflask as device
except ImportError:
    device = None

TEXT = ("Content-Type", "text/plain")
kept = []


def stream(size):
    """Two pieces that are made of `size` bytes each."""
    yield b"begun"
    yield str(len(bytearray(size))).encode()


def app(environ, start_response):
    """Does what the path names with as many bytes as the query says."""
    path, size = environ["PATH_INFO"], int(environ["QUERY_STRING"] or 0)
    start_response("200 OK", [TEXT])
    if path == "/gauge":
        gc.collect()
        return [json.dumps({"heap": device.heap()} if device else {}).encode()]
    if path == "/stream":
        return stream(size)
    if path == "/read":
        return [str(len(environ["wsgi.input"].read())).encode()]
    if path == "/forget":
        kept.clear()
    if path == "/keep":
        kept.append(bytearray(size))
    return [str(len(bytearray(size))).encode()]

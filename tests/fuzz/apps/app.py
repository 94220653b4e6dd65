"""What fuzz_frames.c serves: a bit of everything that an app does to its server."""

import io


def app(environ, start_response):
    """Routes by the path's first letter, so that a fuzzer finds them."""
    path = environ["PATH_INFO"][1:2]
    if path == "r":
        raise ValueError("asked to fail")
    body = environ["wsgi.input"].read() if path == "b" else b""
    if path == "l":
        body = environ["wsgi.input"].readline() + b"".join(line[:1] for line in environ["wsgi.input"])
    write = start_response("204 No Content" if path == "n" else "200 OK", [("Content-Type", "text/plain")])
    if path == "n":
        return []
    if path == "w":
        write(b"x" * 3000)
    if path == "s":
        return (b"%d" % n * 700 for n in range(8))
    if path == "f":
        return environ["wsgi.file_wrapper"](io.BytesIO(b"y" * 5000), 700)
    if path == "g":
        return broken()
    return [b"%d" % len(body) * 10, environ["QUERY_STRING"].encode("latin-1")]


def broken():
    """Fails in the middle."""
    yield b"first"
    raise KeyError("second")

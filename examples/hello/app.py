"""A bare WSGI application: no framework, no packages, about 60 lines.

    GET  /           a greeting
    GET  /environ    what the server told the application, as text
    POST /echo       the request's body, sent back
    POST /count      how many bytes the body had, counted as they arrive
"""

PIECE_BYTES = 4096


def home(environ, start_response):
    """Greets."""
    return text(start_response, "Hello from WSGI.\n")


def show_environ(environ, start_response):
    """Lists the environ, one `key: value` a line, sorted."""
    lines = [f"{key}: {value!r}\n" for key, value in sorted(environ.items())]
    return text(start_response, "".join(lines))


def echo(environ, start_response):
    """Sends a small body back."""
    body = environ["wsgi.input"].read()
    kind = environ.get("CONTENT_TYPE") or "application/octet-stream"
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def count(environ, start_response):
    """Counts a body of any size, of which it holds a small piece at a time."""
    total = 0
    while piece := environ["wsgi.input"].read(PIECE_BYTES):
        total += len(piece)
    return text(start_response, f"{total} bytes\n")


ROUTES = {
    "/": {"GET": home},
    "/environ": {"GET": show_environ},
    "/echo": {"POST": echo},
    "/count": {"POST": count},
}


def app(environ, start_response):
    """The WSGI callable: finds the route by path, then by method."""
    methods = ROUTES.get(environ["PATH_INFO"])
    if methods is None:
        return text(start_response, "There is nothing here.\n", "404 Not Found")
    method = environ["REQUEST_METHOD"]
    handler = methods.get("GET" if method == "HEAD" else method)
    if handler is None:
        allowed = ", ".join(methods)
        return text(start_response, f"Only {allowed}.\n", "405 Method Not Allowed", [("Allow", allowed)])
    return handler(environ, start_response)


def text(start_response, body, status="200 OK", headers=()):
    """Answers with plain text."""
    data = body.encode()
    start_response(
        status,
        [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(data))), *headers],
    )
    return [data]


if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    make_server("localhost", 8000, app).serve_forever()

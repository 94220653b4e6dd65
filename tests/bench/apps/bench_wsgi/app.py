"""What `hip bench` asks of a bare WSGI app: bodies of any size, both ways, and a static file.

    GET  /bytes?N     N bytes, in one piece
    GET  /megabyte    a file of 1 MiB, by wsgi.file_wrapper
    GET  /download    1 MiB, made in pieces of 4 KiB
    POST /upload      the body's length, read in pieces of 4 KiB
"""

import os

PIECE_BYTES = 4096
MEGABYTE = 1 << 20
PIECE = bytes(PIECE_BYTES)
FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "static", "megabyte.txt")


def sized(environ):
    """As many bytes as the query says."""
    size = int(environ["QUERY_STRING"])
    return size, [bytes(size)]


def static(environ):
    """The file, as servers send files."""
    return MEGABYTE, environ["wsgi.file_wrapper"](open(FILE, "rb"))


def download(environ):
    """The same size, from the app."""
    return MEGABYTE, (PIECE for _ in range(MEGABYTE // PIECE_BYTES))


def upload(environ):
    """Counts a body as it comes."""
    read, total = environ["wsgi.input"].read, 0
    while piece := read(PIECE_BYTES):
        total += len(piece)
    text = str(total).encode()
    return len(text), [text]


ROUTES = {"/bytes": sized, "/megabyte": static, "/download": download, "/upload": upload}


def app(environ, start_response):
    """The WSGI callable."""
    length, body = ROUTES[environ["PATH_INFO"]](environ)
    start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(length))])
    return body

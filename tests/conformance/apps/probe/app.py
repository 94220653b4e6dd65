"""The app behind the conformance tests: bare WSGI that does what it is asked, well or badly.

Runs under any WSGI server.  Every route is a function of environ and
start_response; `ask(environ, name)` is a query parameter.
"""

import gc
import hashlib
import io
import json
import os
import sys
from urllib.parse import parse_qs
from wsgiref.validate import validator

try:
    import hipflask as device
except ImportError:
    device = None

TEXT = ("Content-Type", "text/plain; charset=utf-8")
JSON = ("Content-Type", "application/json")
PIECE_BYTES = 4096
PATTERN = bytes(range(256)) * 16

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data.txt")

state = {"opened": 0, "closed": 0, "gate": False, "input": None, "kept_start": None}


def ask(environ, name, default=""):
    """A query parameter."""
    return parse_qs(environ["QUERY_STRING"], keep_blank_values=True).get(name, [default])[0]


def answer_json(start_response, value):
    """Answers with JSON."""
    data = json.dumps(value).encode()
    start_response("200 OK", [JSON, ("Content-Length", str(len(data)))])
    return [data]


def home(environ, start_response):
    """The plainest response there is: the server finds out the length."""
    start_response("200 OK", [TEXT])
    return [b"probe\n"]


def show_environ(environ, start_response):
    """The environ; values that JSON does not have as {"repr": ...}."""
    plain = (str, int, float, bool, type(None))
    shown = {key: value if isinstance(value, plain) else {"repr": repr(value)} for key, value in environ.items()}
    shown["wsgi.version"] = list(environ["wsgi.version"])
    shown["type"] = type(environ).__name__
    return answer_json(start_response, shown)


def gauge(environ, start_response):
    """What can be measured from inside."""
    gc.collect()
    facts = {"objects": len(gc.get_objects())}
    if device:
        facts.update(heap=device.heap(), stack=device.stack(), network=device.network(), uptime=device.uptime(),
                     pools=device.pools())
    return answer_json(start_response, facts)


# --- request bodies ---------------------------------------------------------


def echo(environ, start_response):
    """The body, read at once."""
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(body)))])
    return [body]


def digest(environ, start_response):
    """Size and SHA-256 of the body, read in pieces."""
    sha, size = hashlib.sha256(), 0
    while piece := environ["wsgi.input"].read(PIECE_BYTES):
        sha.update(piece)
        size += len(piece)
    return answer_json(start_response, {"size": size, "sha256": sha.hexdigest()})


def read_steps(environ, start_response):
    """Calls methods of wsgi.input as `steps` says, like read:5,readline,readlines:10,iter."""
    stream = environ["wsgi.input"]
    results = []
    for step in ask(environ, "steps").split(","):
        name, _, argument = step.partition(":")
        arguments = [int(argument)] if argument else []
        value = list(stream) if name == "iter" else getattr(stream, name)(*arguments)
        text = [line.decode("latin-1") for line in value] if isinstance(value, list) else value.decode("latin-1")
        results.append(text)
    return answer_json(start_response, results)


def read_after_start(environ, start_response):
    """Begins its answer, then reads."""
    start_response("200 OK", [TEXT])
    yield b"begun,"
    yield str(len(environ["wsgi.input"].read())).encode()


def upload(environ, start_response):
    """How many bytes came, read in pieces and forgotten."""
    size = 0
    while piece := environ["wsgi.input"].read(PIECE_BYTES):
        size += len(piece)
    return answer_json(start_response, size)


def unread(environ, start_response):
    """Leaves the body where it is."""
    start_response("200 OK", [TEXT, ("Content-Length", "7")])
    return [b"unread\n"]


def keep_input(environ, start_response):
    """Keeps wsgi.input and start_response beyond the request."""
    state.update(input=environ["wsgi.input"], kept_start=start_response)
    return home(environ, start_response)


def use_kept_input(environ, start_response):
    """Reads from the input of an earlier request: what comes of it."""
    try:
        result = state["input"].read(1).decode("latin-1")
    except Exception as error:
        result = type(error).__name__
    return answer_json(start_response, result)


def use_kept_start(environ, start_response):
    """Calls the start_response of an earlier request: what comes of it."""
    try:
        state["kept_start"]("200 OK", [])
        result = "accepted"
    except Exception as error:
        result = type(error).__name__
    return answer_json(start_response, result)


# --- responses --------------------------------------------------------------


def pattern(size, piece):
    """Bytes that can be checked, size of them, at most piece at a time."""
    position = 0
    while position < size:
        offset = position % 256
        data = PATTERN[offset:offset + min(piece, size - position, len(PATTERN) - 256)]
        position += len(data)
        yield data


def download(environ, start_response):
    """`size` bytes in pieces of `piece`, with Content-Length if `length` is 1."""
    size = int(ask(environ, "size", "1000"))
    fields = [("Content-Type", "application/octet-stream")]
    if ask(environ, "length") == "1":
        fields.append(("Content-Length", str(size)))
    start_response("200 OK", fields)
    return pattern(size, int(ask(environ, "piece", "1000")))


def body_list(environ, start_response):
    """A list of the values of `item`."""
    items = parse_qs(environ["QUERY_STRING"], keep_blank_values=True).get("item", [])
    start_response("200 OK", [TEXT])
    return [item.encode() for item in items]


def body_tuple(environ, start_response):
    """A tuple of two."""
    start_response("200 OK", [TEXT])
    return b"one,", b"two"


def body_generator(environ, start_response):
    """A generator, with empty strings in between."""
    start_response("200 OK", [TEXT])
    return (piece for piece in (b"", b"one,", b"", b"", b"two"))


class OnePiece:
    """An iterable of length one."""

    def __len__(self):
        return 1

    def __iter__(self):
        return iter([b"one piece"])


def body_single(environ, start_response):
    """What is no list, but says that it has one item."""
    start_response("200 OK", [TEXT])
    return OnePiece()


def wrapped_file(environ, start_response):
    """A file of the app, through wsgi.file_wrapper: from `skip` on, with Content-Length if `length` is given."""
    file = open(DATA, "rb")
    file.seek(int(ask(environ, "skip", "0")))
    length = ask(environ, "length")
    start_response("200 OK", [("Content-Type", "application/octet-stream")]
                   + ([("Content-Length", length)] if length else []))
    return environ["wsgi.file_wrapper"](file, 1000)


def wrapped_bytes(environ, start_response):
    """A file that is none of the system."""
    start_response("200 OK", [TEXT])
    return environ["wsgi.file_wrapper"](io.BytesIO(b"0123456789"), 4)


def file_facts(environ, start_response):
    """Size and digest of the file that /file sends."""
    data = open(DATA, "rb").read()
    return answer_json(start_response, {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()})


class Squares:
    """An iterable by __getitem__ alone."""

    def __getitem__(self, index):
        if index > 3:
            raise IndexError(index)
        return f"{index * index},".encode()


def body_getitem(environ, start_response):
    """An iterable of the old protocol."""
    start_response("200 OK", [TEXT])
    return Squares()


def late_start(environ, start_response):
    """A generator: start_response is called when the first item is wanted, no sooner."""
    start_response("200 OK", [TEXT])
    yield b"late"


def gate(environ, start_response):
    """A first piece at once, the second one when somebody has opened the gate."""
    state["gate"] = False
    start_response("200 OK", [TEXT])
    yield b"before"
    while not state["gate"]:
        yield b""
    yield b"after"


def open_gate(environ, start_response):
    """Opens it."""
    state["gate"] = True
    return home(environ, start_response)


def use_write(environ, start_response):
    """The write() callable first, then an iterable."""
    write = start_response("200 OK", [TEXT])
    write(b"written,")
    write(b"")
    write(b"again,")
    return [b"returned"]


def write_with_length(environ, start_response):
    """write() under a Content-Length."""
    write = start_response("200 OK", [TEXT, ("Content-Length", "9")])
    write(b"1234")
    return [b"56789"]


def replace_head(environ, start_response):
    """A head, then an error before any body: the second head counts."""
    start_response("200 OK", [TEXT, ("X-First", "1")])
    try:
        raise LookupError("before the body")
    except LookupError:
        start_response("503 Try Again", [TEXT, ("X-Second", "2")], sys.exc_info())
    return [b"replaced"]


def replace_late(environ, start_response):
    """A head and some body, then an error: start_response raises it again."""
    start_response("200 OK", [TEXT])
    yield b"some"
    try:
        raise LookupError("after some of the body")
    except LookupError:
        start_response("500 Late", [TEXT], sys.exc_info())
    yield b"never"


def start_twice(environ, start_response):
    """Two heads without an exception."""
    start_response("200 OK", [TEXT])
    start_response("200 OK", [TEXT])
    return [b"never"]


def no_start(environ, start_response):
    """A body without a head."""
    return [b"never"]


def no_start_no_body(environ, start_response):
    """Nothing at all."""
    return []


def short_body(environ, start_response):
    """Less than Content-Length."""
    start_response("200 OK", [TEXT, ("Content-Length", "10")])
    return [b"1234"]


def long_body(environ, start_response):
    """More than Content-Length."""
    start_response("200 OK", [TEXT, ("Content-Length", "4")])
    return [b"12345678"]


def bodiless(environ, start_response):
    """A status that has no body."""
    statuses = {"204": "204 No Content", "205": "205 Reset Content", "304": "304 Not Modified"}
    start_response(statuses[ask(environ, "status")], [("X-Probe", "1")])
    return [ask(environ, "body").encode()]


def fields(environ, start_response):
    """Repeated fields, latin-1, long values."""
    start_response("200 OK", [TEXT, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Latin", "caf\xe9"),
                              ("X-Long", "y" * 5000), ("X-Empty", ""), ("Server", "of its own")])
    return [b"fields"]


BAD = {
    "status_number": (200, []),
    "status_text": ("OK", []),
    "status_bytes": (b"200 OK", []),
    "status_newline": ("200 OK\r\nX-Evil: 1", []),
    "name_newline": ("200 OK", [("X\r\nY", "1")]),
    "name_space": ("200 OK", [("X Y", "1")]),
    "value_newline": ("200 OK", [("X", "1\r\nY: 2")]),
    "value_number": ("200 OK", [("X", 1)]),
    "value_wide": ("200 OK", [("X", "\u20ac")]),
    "pair_list": ("200 OK", [["X", "1"]]),
    "fields_tuple": ("200 OK", (("X", "1"),)),
    "hop_by_hop": ("200 OK", [("Connection", "close")]),
    "coding": ("200 OK", [("Transfer-Encoding", "chunked")]),
    "length_text": ("200 OK", [("Content-Length", "many")]),
}


def bad_head(environ, start_response):
    """A head that the server must not send."""
    status, headers = BAD[ask(environ, "kind")]
    start_response(status, headers)
    return [b"never"]


def bad_body(environ, start_response):
    """A body that is no iterable of bytes."""
    start_response("200 OK", [TEXT])
    return {"text": ["text"], "none": None, "number": 5, "inner": [5]}[ask(environ, "kind")]


# --- exceptions and close() -------------------------------------------------


def fail(environ, start_response):
    """Raises before a head."""
    raise ArithmeticError("asked to fail")


def fail_after_start(environ, start_response):
    """Raises after start_response, before any body: the head has not been sent."""
    start_response("200 OK", [TEXT])
    raise ArithmeticError("asked to fail after start_response")


def fail_first(environ, start_response):
    """Raises when the first item is wanted."""
    start_response("200 OK", [TEXT])
    raise ArithmeticError("asked to fail at the first item")
    yield b"never"


def fail_midway(environ, start_response):
    """Raises after some of the body."""
    start_response("200 OK", [TEXT])
    yield b"some"
    raise ArithmeticError("asked to fail midway")


def exit_now(environ, start_response):
    """Raises what is no Exception."""
    raise SystemExit(3)


class Counted:
    """An iterable that counts how often it was made and closed."""

    def __init__(self, pieces, fail_at_close=False):
        self.pieces = iter(pieces)
        self.fail_at_close = fail_at_close
        state["opened"] += 1

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.pieces)

    def close(self):
        """Counts."""
        state["closed"] += 1
        if self.fail_at_close:
            raise ArithmeticError("asked to fail at close")


def failing():
    """One piece, then an exception."""
    yield b"some"
    raise ArithmeticError("asked to fail while counted")


def counted(environ, start_response):
    """A body whose close() is counted."""
    kind = ask(environ, "kind")
    start_response("200 OK", [TEXT])
    if kind == "fail":
        return Counted(failing())
    if kind == "endless":
        return Counted(iter(lambda: PATTERN, None))
    return Counted([b"one,", b"two"], fail_at_close=kind == "close")


def counts(environ, start_response):
    """How often."""
    return answer_json(start_response, {"opened": state["opened"], "closed": state["closed"]})


def write_errors(environ, start_response):
    """wsgi.errors in all its ways."""
    errors = environ["wsgi.errors"]
    errors.write("probe: written\n")
    errors.writelines(["probe: line one\n", "probe: line two\n"])
    errors.flush()
    print("probe: printed")
    return home(environ, start_response)


def polite(environ, start_response):
    """A well-behaved app, to be wrapped in the standard library's checker."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.errors"].write("probe: validated\n")
    start_response("200 OK", [TEXT])
    return [b"valid ", body]


ROUTES = {
    "/": home, "/environ": show_environ, "/gauge": gauge,
    "/echo": echo, "/upload": upload, "/read-after-start": read_after_start, "/digest": digest,
    "/read": read_steps, "/unread": unread,
    "/keep-input": keep_input, "/use-kept-input": use_kept_input, "/use-kept-start": use_kept_start,
    "/download": download, "/list": body_list, "/tuple": body_tuple, "/generator": body_generator,
    "/file": wrapped_file, "/file-facts": file_facts, "/wrapped-bytes": wrapped_bytes, "/single": body_single,
    "/getitem": body_getitem, "/late-start": late_start, "/gate": gate, "/open-gate": open_gate,
    "/write": use_write, "/write-with-length": write_with_length,
    "/replace-head": replace_head, "/replace-late": replace_late, "/start-twice": start_twice,
    "/no-start": no_start, "/no-start-no-body": no_start_no_body,
    "/short-body": short_body, "/long-body": long_body, "/bodiless": bodiless, "/fields": fields,
    "/bad-head": bad_head, "/bad-body": bad_body,
    "/fail": fail, "/fail-after-start": fail_after_start, "/fail-first": fail_first, "/fail-midway": fail_midway,
    "/exit": exit_now, "/counted": counted, "/counts": counts, "/errors": write_errors,
    "/valid": validator(polite),
}
# The standard library's checker around everything that keeps the rules.
POLITE = ("/", "/gauge", "/unread", "/download", "/list", "/tuple", "/generator", "/late-start", "/file", "/wrapped-bytes",
          "/write", "/write-with-length", "/bodiless", "/errors", "/single", "/counts", "/file-facts")
VALID = {path: validator(ROUTES[path]) for path in POLITE}


def app(environ, start_response):
    """The WSGI callable; what is under /environ/ is the environ's as well."""
    path = environ["PATH_INFO"]
    handler = show_environ if path.startswith("/environ/") else ROUTES.get(path)
    if path.startswith("/validated/"):
        handler = VALID.get(path.removeprefix("/validated"))
    if handler is None:
        start_response("404 Not Found", [TEXT])
        return [b"no such probe\n"]
    return handler(environ, start_response)

"""The applications of the dispatcher's tests; what they see goes to `seen`."""

from contextvars import ContextVar

seen: list = []
kept: dict = {}

TEXT = [("Content-Type", "text/plain")]
STARTED_AGAIN = (ValueError, ValueError("again"), None)  # exc_info


class Log:
    """Stands for sys.stderr."""

    def __init__(self):
        self.parts = []

    def write(self, text):
        self.parts.append(text)
        return len(text)

    def flush(self):
        pass

    def text(self):
        return "".join(self.parts)


def reset():
    """Makes ready for the next test."""
    import sys
    seen.clear()
    kept.clear()
    if isinstance(sys.stderr, Log):
        sys.stderr.parts.clear()


class Body:
    """An iterable that counts what is done with it."""

    def __init__(self, *items, close=None):
        self.items = iter(items)
        self.on_close = close

    def __iter__(self):
        return self

    def __next__(self):
        item = next(self.items)
        if isinstance(item, BaseException):
            raise item
        if callable(item):
            item = item()
        seen.append(("step", item))
        return item

    def close(self):
        seen.append("close")
        if self.on_close:
            self.on_close()


def closes():
    """How often close() was called."""
    return seen.count("close")


# --- requests ---------------------------------------------------------------


def show(environ, start_response):
    """Keeps the environ."""
    seen.append(environ)
    start_response("200 OK", TEXT)
    return [environ["PATH_INFO"].encode("latin-1")]


def raw(environ, start_response):
    """Ends the request as soon as it is called, with what was asked for in the path."""
    start_response("200 OK", list(TEXT))
    return (environ["PATH_INFO"].encode("latin-1"),)


def tells(environ, start_response):
    """Says what it understood of the request."""
    body = environ["wsgi.input"].read()
    start_response("200 OK", list(TEXT))
    known = [environ[key] for key in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "SERVER_PROTOCOL")]
    fields = sorted((key, value) for key, value in environ.items() if key.startswith(("HTTP_", "CONTENT_")))
    return [repr((known, fields, body)).encode()]


# --- responses --------------------------------------------------------------


def empty(environ, start_response):
    start_response("200 OK", list(TEXT))
    return []


def empty_chunk(environ, start_response):
    start_response("200 OK", list(TEXT))
    return [b""]


def several(environ, start_response):
    start_response("200 OK", list(TEXT))
    return [b"one", b"", b"two"]


def generated(environ, start_response):
    start_response("200 OK", list(TEXT))
    yield b"one"
    yield b"two"


def with_length(environ, start_response):
    start_response("200 OK", [("Content-Length", "6")])
    yield b"one"
    yield b"two"


def too_short(environ, start_response):
    start_response("200 OK", [("Content-Length", "10")])
    return Body(b"one", b"two")


def too_long(environ, start_response):
    start_response("200 OK", [("content-length", "4")])
    return Body(b"one", b"two", b"three")


def large(environ, start_response):
    start_response("200 OK", list(TEXT))
    return [b"x" * 100000]


def endless(environ, start_response):
    start_response("200 OK", list(TEXT))

    def chunks():
        while True:
            yield b"y" * 1000
    body = Body()
    body.items = chunks()
    return body


def no_content(environ, start_response):
    start_response("204 No Content", [("Content-Length", "0")])
    return []


def not_modified(environ, start_response):
    start_response("304 Not Modified", [("ETag", '"1"')])
    return [b""]


def own_server(environ, start_response):
    start_response("200 Fine, thanks", [("Server", "mine"), ("X-Latin", "caf\xe9"), ("X-Empty", "")])
    return [b"."]


def many_headers(environ, start_response):
    start_response("200 OK", [("X-%03d" % i, "v" * 100) for i in range(100)])
    return [b"end"]


def too_many_headers(environ, start_response):
    start_response("200 OK", [("X-%03d" % i, "v" * 1000) for i in range(100)])
    return [b"end"]


def written(environ, start_response):
    write = start_response("200 OK", list(TEXT))
    write(b"one")
    write(b"")
    write(b"two")
    return [b"three"]


def written_too_much(environ, start_response):
    write = start_response("200 OK", [("Content-Length", "2")])
    try:
        write(b"one")
    except ValueError as error:
        seen.append(str(error))
    return []


def never_started(environ, start_response):
    return Body(b"one")


def never_started_empty(environ, start_response):
    return []


def started_late(environ, start_response):
    """start_response() may be called as late as in the first step."""
    start_response("201 Created", list(TEXT))
    yield b"late"


def started_twice(environ, start_response):
    start_response("200 OK", list(TEXT))
    start_response("201 Created", list(TEXT))
    return []


def replaced(environ, start_response):
    import sys
    start_response("200 OK", [("X-First", "1")])
    try:
        raise ValueError("oops")
    except ValueError:
        start_response("500 Oops", [("X-Second", "2")], sys.exc_info())
    return [b"sorry"]


def replaced_too_late(environ, start_response):
    import sys
    start_response("200 OK", list(TEXT))
    yield b"one"
    try:
        raise ValueError("oops")
    except ValueError:
        start_response("500 Oops", [], sys.exc_info())
    yield b"never"


def not_bytes(environ, start_response):
    start_response("200 OK", list(TEXT))
    return Body("text")


def not_iterable(environ, start_response):
    start_response("200 OK", list(TEXT))
    return None


def raises(environ, start_response):
    raise LookupError("of the application")


def raises_after_start(environ, start_response):
    start_response("200 OK", list(TEXT))
    raise LookupError("of the application")


def raises_in_body(environ, start_response):
    start_response("200 OK", list(TEXT))
    return Body(b"one", LookupError("in the body"))


def raises_in_first_step(environ, start_response):
    start_response("200 OK", list(TEXT))
    return Body(LookupError("in the body"))


def leaves(environ, start_response):
    kind = {"/exit": SystemExit, "/interrupt": KeyboardInterrupt, "/generator": GeneratorExit}
    raise kind[environ["PATH_INFO"]]("bye")


def raises_in_close(environ, start_response):
    start_response("200 OK", list(TEXT))

    def close():
        raise LookupError("in close")
    return Body(b"one", close=close)


def counted(environ, start_response):
    start_response("200 OK", list(TEXT))
    return Body(b"one", b"two")


def keeps(environ, start_response):
    """Keeps what belongs to the request beyond its end."""
    kept["start_response"] = start_response
    kept["write"] = start_response("200 OK", list(TEXT))
    kept["input"] = environ["wsgi.input"]
    return [b"kept"]


def raised_by(function, *args):
    """The name of the exception that a call raises."""
    try:
        function(*args)
    except Exception as error:
        return type(error).__name__
    return None


def checks_bytes(environ, start_response):
    """Notes the (place, byte) of a value of nine characters that pass or are refused wrongly."""
    for place in range(9):
        for byte in range(256):
            value = "x" * place + chr(byte) + "x" * (8 - place)
            passes = byte == 9 or byte >= 32 and byte != 127
            if passes != (raised_by(start_response, "200 OK", [("X", value)], STARTED_AGAIN) != "ValueError"):
                seen.append((place, byte))
    start_response("200 OK", list(TEXT), STARTED_AGAIN)
    return [b"checked"]


def checks_start(environ, start_response):
    """Calls start_response() with what kept["try"] holds and notes what is raised."""
    for args in kept["try"]:
        seen.append(raised_by(start_response, *args))
    start_response("200 OK", list(TEXT))
    return [b"checked"]


class File:
    """A file of so many bytes, with a descriptor if it has a number."""

    def __init__(self, data, number=None, position=0):
        self.data = data
        self.position = position
        self.closed = self.reads = 0
        if number is not None:
            self.fileno = lambda: number

    def tell(self):
        return self.position

    def read(self, size):
        self.reads += 1
        self.position += size
        return self.data[self.position - size:self.position]

    def close(self):
        self.closed += 1


def wraps(environ, start_response):
    """Returns kept["file"] through wsgi.file_wrapper."""
    length = kept.get("length")
    if not kept.get("late"):
        start_response("200 OK", TEXT + ([("Content-Length", str(length))] if length else []))
    return environ["wsgi.file_wrapper"](kept["file"], 4)


class Single:
    """An iterable that says it has one item."""

    def __init__(self, item):
        self.item = item

    def __len__(self):
        return 1

    def __iter__(self):
        return iter([self.item])


def single(environ, start_response):
    start_response("200 OK", list(TEXT))
    return Single(b"alone")


def single_number(environ, start_response):
    start_response("200 OK", list(TEXT))
    return Single(1)


class Text(bytes):
    """Bytes that notice when they go."""

    def __del__(self):
        seen.append("gone")


def subclass(environ, start_response):
    start_response("200 OK", list(TEXT))
    return [Text(b"z" * 5000)]


def reset_content(environ, start_response):
    start_response("205 Reset Content", [("Content-Length", "3")])
    return [b"abc"]


def own_date(environ, start_response):
    start_response("200 OK", [("date", "never")])
    return [b"."]


def hoards(environ, start_response):
    """Takes all memory there is."""
    hoard = []
    while True:
        hoard.append(bytearray(10_000))


# --- streams ----------------------------------------------------------------


def ticks(environ, start_response):
    start_response("200 OK", list(TEXT))
    name = environ["PATH_INFO"]
    return Body(*[(name + str(i)).encode() for i in range(3)])


whose = ContextVar("whose", default="nobody")


def own_context(environ, start_response):
    """Each response's context variables are its own, and leave nothing behind."""
    start_response("200 OK", list(TEXT))
    before = whose.get()
    whose.set(environ["PATH_INFO"])
    return (f"{before} {whose.get()} ".encode() for _ in range(2))


def waits(environ, start_response):
    """Has nothing for a while."""
    start_response("200 OK", list(TEXT))
    return Body(b"one", b"", b"", b"", b"two")


def silent(environ, start_response):
    """Waits for what never comes."""
    import itertools
    start_response("200 OK", list(TEXT))
    return Body(b"begun", *itertools.repeat(b"", 1000))


def writes_much(environ, start_response):
    write = start_response("200 OK", list(TEXT))
    try:
        for _ in range(10):
            write(b"z" * 1000)
            seen.append("written")
    except OSError as error:
        seen.append(type(error).__name__)
        raise
    return []


# --- bodies -----------------------------------------------------------------


def reads(environ, start_response):
    """Evaluates the expression in kept["read"] with `i` for wsgi.input and `environ`."""
    source = environ["wsgi.input"]
    for expression in kept["read"]:
        try:
            seen.append(eval(expression, {"i": source, "environ": environ}))
        except Exception as error:
            seen.append(type(error).__name__)
    start_response("200 OK", list(TEXT))
    return [b"read"]


def copies(environ, start_response):
    """Streams the body back, piece by piece."""
    source = environ["wsgi.input"]
    start_response("200 OK", [("Content-Length", environ["CONTENT_LENGTH"])])
    return Body(*[lambda: source.read(1000)] * (-(-int(environ["CONTENT_LENGTH"]) // 1000)))


def ignores_body(environ, start_response):
    start_response("200 OK", list(TEXT))
    return [b"ignored"]


def reads_all(environ, start_response):
    seen.append(len(environ["wsgi.input"].read()))
    start_response("200 OK", list(TEXT))
    return [b"read"]


# --- limits -----------------------------------------------------------------


def loops(environ, start_response):
    if environ["PATH_INFO"] == "/":
        while True:
            pass
    start_response("200 OK", list(TEXT))
    return [b"quick"]


def swallows(environ, start_response):
    """Tries to get around its deadline."""
    import hipflask
    count = 0
    while count < 3:
        try:
            while True:
                pass
        except Exception:
            seen.append("must not happen")
        except hipflask.DeadlineExceeded:
            count += 1
            seen.append("swallowed")
    while True:
        pass


def loops_in_body(environ, start_response):
    start_response("200 OK", list(TEXT))

    def forever():
        while True:
            pass
    return Body(b"one", forever)


def loops_in_close(environ, start_response):
    start_response("200 OK", list(TEXT))

    def forever():
        while True:
            pass
    return Body(b"one", close=forever)


def loops_in_del(environ, start_response):
    class Loops:
        def __del__(self):
            while True:
                pass
    environ["loops"] = Loops()
    start_response("200 OK", list(TEXT))
    return [b"done"]


def slow_steps(environ, start_response):
    """Each step takes more than half of the deadline, all of them more than one."""
    import time
    start_response("200 OK", list(TEXT))

    def slow():
        time.sleep(0.12)
        return b"s"
    return Body(slow, slow, slow)


def waits_for_body(environ, start_response):
    environ["wsgi.input"].read()
    start_response("200 OK", list(TEXT))
    return [b"read"]


def slow_generator(environ, start_response):
    """Thinks for a while between two chunks."""
    import time
    start_response("200 OK", list(TEXT))

    def think():
        time.sleep(0.05)
        return b"two"
    return Body(b"one", think)

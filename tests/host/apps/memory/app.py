"""Kinds of work that a lack of memory may end at any allocation; /NAME does one, /arm and /used are the test's."""

import gc
import json
from collections import OrderedDict
from contextvars import ContextVar, copy_context
from urllib.parse import parse_qs

import hipflask
import hostboard

NEVER = 1_000_000_000  # an allocation that no request comes to
TEXT = [("Content-Type", "text/plain")]
SOURCE = """
class Made(dict):
    def method(self, *given, named=None):
        try:
            with self as entered:
                return [item for item in entered if item]
        except (KeyError, ValueError) as error:
            raise TypeError(f"{given!r:>{named}}") from error
        finally:
            self.clear()
"""
left_over = ContextVar("left_over", default="nothing")


def functions():
    """Closures, generators, exceptions through handlers."""
    def maker(n):
        return lambda *given, **named: (n, given, named)
    made = [maker(n)(n, key=str(n * 1000)) for n in range(3)]
    try:
        raise LookupError from ValueError(next(item for item in made))
    except LookupError as error:
        return str(error.__cause__) + "".join(str(item) for item in made)


def classes():
    """A class with enough in it that its dict grows."""
    class Base:
        """Nothing."""
        __slots__ = ("first", "second", "__dict__", "__weakref__")
        a = b = c = d = e = f = g = h = 1

        @property
        def third(self):
            return self.__dict__
    return str(type("Derived", (Base,), {str(n): n for n in range(8)})().third)


def sources():
    """Source that is compiled, and source that cannot be."""
    names = {}
    exec(compile(SOURCE, "made", "exec"), names)
    try:
        compile("'text' b'bytes'", "made", "exec")
    except SyntaxError as error:
        return str(error)
    return str(eval("sorted(locals())"))


def iterators():
    """What is half made when memory ends: iterators, contexts, local variables."""
    ordered = OrderedDict((str(n), n) for n in range(10))
    plain = dict(ordered)
    plain.setdefault("more", []).extend(locals())
    return str((list(ordered.items()), list(plain.items()), list(reversed(plain.items())), copy_context()))


def leftovers():
    """What Flask does: a variable that is set, and may stay so when cleaning up fails."""
    token = left_over.set([0] * 1000)
    size = len(str(left_over.get()))
    left_over.reset(token)
    return str(size)


def late():
    """A handler whose place in its function is no small integer."""
    values = {}
    values["a"] = values["b"] = values["c"] = values["d"] = [str(n) for n in range(3)]
    values["e"] = values["f"] = values["g"] = values["h"] = {str(n): n for n in range(3)}
    for name, value in values.items():
        for item in value:
            if name == "a" and item == "0":
                values[name] = name + item + str(len(values)) + str(len(name)) + str(len(item))
            elif name == "b" and item == "1":
                values[name] = name + item + str(len(values)) + str(len(name)) + str(len(item))
            elif name == "c" and item == "2":
                values[name] = name + item + str(len(values)) + str(len(name)) + str(len(item))
            elif name == "d" and item == "3":
                values[name] = name + item + str(len(values)) + str(len(name)) + str(len(item))
    try:
        for name in list(values):
            values[name] = bytes(1000)
    finally:
        values.clear()
    return str(values)


def pieces():
    """A body that is made while it is sent."""
    return (b"piece %d\n" % n for n in range(5))


WORK = {f"/{function.__name__}": function
        for function in (functions, classes, sources, iterators, leftovers, late, pieces)}


def used():
    """Bytes of the heap without what only waits for the collector."""
    gc.collect()
    return json.dumps({"used": hipflask.heap()["used"], "left_over": str(left_over.get())})


def app(environ, start_response):
    """Does the path's work; with ?count, counts its allocations: /arm has been asked for NEVER before."""
    path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
    if path == "/arm":
        arguments = parse_qs(query)
        hostboard.fail_python(int(arguments["nth"][0]), int(arguments["count"][0]))
        result = "armed"
    elif path == "/used":
        result = used()
    else:
        result = WORK[path]()
    if query == "count":
        result = str(NEVER - hostboard.pending())
    start_response("200 OK", TEXT)
    return [result.encode()] if isinstance(result, str) else result

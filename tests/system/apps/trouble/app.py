"""An app that misbehaves on request: raises, never ends, recurses without end, takes all memory, faults."""

import gc
import json
import sys
import time

try:
    import hipflask as device
except ImportError:
    device = None

DEEP = 100_000
cut_off = []  # what handlers noticed when they were cut off


def gauge():
    """What can be measured from inside."""
    gc.collect()
    facts = {"cut_off": cut_off}
    if device:
        facts.update(heap=device.heap(), stack=device.stack(), network=device.network(), uptime=device.uptime(),
                     reset_reason=device.reset_reason())
    return facts


def home():
    """The app lives."""
    return "well"


def fail():
    """Raises two functions deep."""
    def inner():
        raise ArithmeticError("asked to fail, g\xfcltig")
    inner()


def leave():
    """Ends the interpreter, or would."""
    sys.exit("asked to leave")


# --- what never ends --------------------------------------------------------


def spin():
    """A loop without a call."""
    while True:
        pass


def spin_stubbornly():
    """A loop that catches every Exception."""
    while True:
        try:
            while True:
                pass
        except Exception:
            cut_off.append("caught an Exception")


def spin_and_clean_up():
    """A loop whose finally runs."""
    try:
        while True:
            pass
    finally:
        cut_off.append("finally")


def sleep():
    """Sleeps beyond the deadline."""
    time.sleep(60)


def sleep_in_parts():
    """The same, a little at a time."""
    while True:
        time.sleep(0.05)


def spin_whatever_happens(layers=8):
    """A loop that catches even what is no Exception, and what is raised while it does."""
    while True:
        try:
            if layers > 0:
                spin_whatever_happens(layers - 1)
            while True:
                pass
        except BaseException:
            pass


def match():
    """A regular expression that tries everything."""
    import re

    return re.fullmatch(r"(a+)+b", "a" * 60)


def multiply():
    """Arithmetic that takes for ever, a long step at a time."""
    number = 3
    while True:
        number = number * number % (1 << 200_000)


def spin_in_generator():
    """A body that begins and then never goes on."""
    yield b"begun"
    while True:
        pass


def patient_generator():
    """Each piece within the deadline, all of them not."""
    for _ in range(6):
        time.sleep(0.5)
        yield b"."


# --- what goes too deep -----------------------------------------------------


def recurse():
    """A function that calls itself."""
    def down(level):
        return down(level + 1) + 1
    return down(0)


def nested_list():
    """A list in a list in a list."""
    nested = []
    for _ in range(DEEP):
        nested = [nested]
    return nested


def recurse_in_repr():
    """C code that recurses over a structure."""
    return repr(nested_list())


def recurse_in_parser():
    """The compiler's parser, by brackets."""
    return eval("(" * DEEP + "1" + ")" * DEEP)


def recurse_in_expression():
    """The compiler, by operators."""
    return eval("-" * DEEP + "1")


def recurse_in_json_loads():
    """The JSON scanner."""
    return json.loads("[" * DEEP)


def recurse_in_json_dumps():
    """The JSON encoder."""
    return json.dumps(nested_list())


def recurse_in_comparison():
    """Rich comparison in C."""
    return nested_list() == nested_list()


class Attribute:
    """Looks up an attribute in order to look up an attribute."""

    def __getattr__(self, name):
        return getattr(self, name + "x")


def recurse_in_getattr():
    """From C to Python and back at every level."""
    return Attribute().name


def recurse_in_regex():
    """The regular expression's parser."""
    import re

    return re.compile("(" * 5000 + ")" * 5000)


# --- what takes too much ----------------------------------------------------


def take_memory():
    """One block larger than the machine."""
    return len(bytearray(1 << 30))


def take_memory_bit_by_bit():
    """Many small blocks, until there is nothing left."""
    hoard = []
    while True:
        hoard.append(bytearray(10_000))


def long_answer():
    """An answer of 10 MB in one string."""
    return "x" * 10_000_000


def fault():
    """A fault of the processor."""
    device.fault()


def reset():
    """A restart."""
    device.reset()


CALLS = (home, fail, leave, spin, spin_stubbornly, spin_and_clean_up, spin_whatever_happens, match, multiply, sleep,
         sleep_in_parts, recurse, recurse_in_repr, recurse_in_parser, recurse_in_expression, recurse_in_json_loads,
         recurse_in_json_dumps, recurse_in_comparison, recurse_in_getattr, recurse_in_regex, take_memory,
         take_memory_bit_by_bit, long_answer, fault, reset, gauge)
ROUTES = {f"/{call.__name__.replace('_', '-')}": call for call in CALLS}
STREAMS = {"/spin-in-generator": spin_in_generator, "/patient-generator": patient_generator}


def app(environ, start_response):
    """Calls what the path names; under /caught/ an exception is answered with its type."""
    path = environ["PATH_INFO"]
    if path in STREAMS:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return STREAMS[path]()
    caught = path.startswith("/caught/")
    call = ROUTES[path.removeprefix("/caught")]
    try:
        result = call()
    except Exception as error:
        if not caught:
            raise
        result = type(error).__name__
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(result).encode()]

"""One function for each part of the standard library that an ordinary app may use.

Each returns the same JSON on every CPython, so that a desk can tell what is right.
Imports are inside the functions on purpose: the device must have what is
imported late as well.
"""

TOOLS = {}


def tool(function):
    """Makes a function known by its name."""
    TOOLS[function.__name__] = function
    return function


# --- data types -------------------------------------------------------------


@tool
def dataclasses():
    import dataclasses

    @dataclasses.dataclass(order=True, slots=True)
    class Point:
        x: int
        y: int = 2
        tags: list = dataclasses.field(default_factory=list)

    return [repr(Point(1)), Point(1) < Point(2), dataclasses.astuple(dataclasses.replace(Point(1), y=5))]


@tool
def enums():
    import enum

    class Colour(enum.IntFlag):
        RED = enum.auto()
        GREEN = enum.auto()

    return [(Colour.RED | Colour.GREEN).value, Colour["RED"].name, [c.name for c in Colour]]


@tool
def collections():
    from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple

    groups = defaultdict(list)
    for word in "one two three four".split():
        groups[len(word)].append(word)
    pair = namedtuple("pair", "left right")(1, 2)
    return [groups, Counter("mississippi").most_common(2), list(deque(range(9), 3)), pair._asdict(),
            ChainMap({"a": 1}, {"b": 2})["b"], list(OrderedDict(b=1, a=2))]


@tool
def itertools():
    import itertools
    import operator

    return [list(itertools.combinations("abc", 2)), list(itertools.accumulate([1, 2, 3], operator.mul)),
            [[key, len(list(group))] for key, group in itertools.groupby("aabbb")],
            list(itertools.islice(itertools.count(5, 5), 3)), list(itertools.zip_longest("ab", "c"))]


@tool
def functools():
    import functools

    @functools.lru_cache(maxsize=None)
    def fibonacci(n):
        return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

    @functools.singledispatch
    def kind(value):
        return "other"

    kind.register(int, lambda value: "int")
    return [fibonacci(60), fibonacci.cache_info().hits, kind(1), kind(""), functools.reduce(lambda a, b: a * b, [2, 3, 4]),
            functools.partial(int, base=2)("101")]


@tool
def typing():
    from typing import NamedTuple, Optional, TypedDict, get_type_hints

    class Row(NamedTuple):
        id: int
        name: str = "x"

    class Options(TypedDict, total=False):
        limit: Optional[int]

    return [Row(1)._asdict(), sorted(get_type_hints(Options))]


@tool
def queues():
    import bisect
    import heapq
    import queue

    heap = [5, 1, 4]
    heapq.heapify(heap)
    line = queue.Queue()
    line.put("first")
    return [heapq.heappop(heap), heapq.nlargest(2, [1, 9, 5]), bisect.bisect([1, 3, 5], 4), line.get_nowait(), line.empty()]


@tool
def arrays():
    import array
    import copy
    import struct

    data = {"a": [1, 2]}
    deep = copy.deepcopy(data)
    data["a"].append(3)
    return [deep, array.array("i", [1, 2, 3]).tolist(), struct.pack(">IhB", 1, -2, 3).hex(), struct.unpack("<d", bytes(8))]


# --- numbers and time -------------------------------------------------------


@tool
def fills():
    """What the C library's memset() fills, and what it leaves alone: every start in a word, every length."""
    import hashlib
    import struct

    results = hashlib.sha256()
    for length in range(100):
        for start in range(8):
            around = bytearray(b"\xff" * 120)
            struct.pack_into(f"{length}x", around, start)
            results.update(around)
            results.update(b"abcdefgh"[:start].ljust(start + length, b"\xa5"))
    return results.hexdigest()


@tool
def numbers():
    import cmath
    import decimal
    import fractions
    import math
    import statistics

    with decimal.localcontext() as context:
        context.prec = 30
        third = str(decimal.Decimal(1) / 3)
    return [third, str(decimal.Decimal("2.675").quantize(decimal.Decimal("0.01"))), str(fractions.Fraction(3, 6)),
            math.comb(10, 3), round(math.sin(1), 12), statistics.median([3, 1, 2]), abs(cmath.sqrt(-4)), 2 ** 200,
            f"{1e100:.3e}", repr(0.1 + 0.2), int("123456789" * 20) % 97]


@tool
def times():
    import calendar
    import time
    from datetime import date, datetime, timedelta, timezone

    moment = datetime.strptime("2024-02-29 13:14:15 +0200", "%Y-%m-%d %H:%M:%S %z")
    return [moment.isoformat(), moment.astimezone(timezone.utc).strftime("%d.%m.%y %H:%M %j %a %b"), moment.timestamp(),
            str(date(2024, 2, 29) + timedelta(days=366)), datetime.fromisoformat("2024-01-02T03:04:05").weekday(),
            calendar.monthrange(2024, 2), time.strftime("%Y-%m-%d", time.gmtime(86400 * 365)),
            time.strptime("30 Nov 00", "%d %b %y").tm_yday, calendar.timegm((2000, 1, 1, 0, 0, 0)),
            datetime.now().year >= 2024]


@tool
def randomness():
    import os
    import random
    import secrets
    import uuid

    seeded = random.Random(42)
    draws = [seeded.random(), seeded.randint(1, 6), seeded.choice("abc"), seeded.sample(range(100), 3)]
    return [draws, len(secrets.token_hex(16)), secrets.token_urlsafe() != secrets.token_urlsafe(), len(os.urandom(7)),
            uuid.uuid4().version, str(uuid.uuid5(uuid.NAMESPACE_DNS, "x.test")), random.random() != random.random(),
            secrets.compare_digest("a", "a")]


# --- text -------------------------------------------------------------------


@tool
def regular_expressions():
    import re

    pattern = re.compile(r"(?P<key>\w+)\s*=\s*(?P<value>\"[^\"]*\"|\S+)", re.IGNORECASE)
    return [[m.groupdict() for m in pattern.finditer('a = 1 B="x y"')], re.sub(r"(\d+)", lambda m: str(int(m[1]) * 2), "a1b22"),
            re.split(r"[,;]\s*", "a, b;c"), bool(re.fullmatch(r"\w+", "gr\xfc\xdfe")), re.escape("a.b*c")]


@tool
def text():
    import html
    import string
    import textwrap
    import unicodedata

    return [textwrap.wrap("the quick brown fox jumps", 10), textwrap.dedent("  a\n   b"), html.escape("<a & 'b'>"),
            html.unescape("&eacute;&#8364;&amp;"), string.Template("$a ${b}").substitute(a=1, b=2), string.capwords("a bc"),
            unicodedata.normalize("NFD", "\xe9").encode("unicode_escape").decode(), unicodedata.name("\u20ac"),
            "\xdf".upper(), "\u0130".lower().encode("utf-8").hex(), "{:>8,.2f}|{!r:^7}".format(1234.5, "x"), "a\tb".expandtabs(4)]


@tool
def codecs():
    import base64
    import binascii
    import codecs

    return [base64.b64encode(b"\xff\xfe").decode(), base64.urlsafe_b64decode("_-4=").hex(), base64.b32encode(b"x").decode(),
            binascii.crc32(b"abc"), codecs.encode("uryyb", "rot13"), "\u20ac".encode("cp1252").hex(), b"\xe9".decode("latin-1"),
            "\xe4".encode("utf-16-le").hex(), "b\xfccher.test".encode("idna").decode(),
            "x\ud800".encode("utf-8", "replace").decode(),
            b"\xff\xe9".decode("ascii", "backslashreplace"), "\xe9".encode("ascii", "xmlcharrefreplace").decode()]


@tool
def differences():
    import difflib
    import fnmatch
    import pprint
    import shlex

    return [list(difflib.unified_diff(["a", "b"], ["a", "c"], lineterm="")), difflib.get_close_matches("appel", ["ape", "apple"]),
            fnmatch.filter(["a.py", "b.txt"], "*.py"), pprint.pformat({"b": [1] * 3, "a": 2}, width=10), shlex.split("a 'b c' d")]


@tool
def addresses():
    import ipaddress
    from urllib.parse import parse_qsl, quote, unquote_plus, urlencode, urljoin, urlsplit

    parts = urlsplit("https://user@x.test:81/a/b?c=1&c=2#d")
    return [parts.hostname, parts.port, parse_qsl(parts.query), urlencode({"a": "\xe9 b", "c": [1, 2]}, doseq=True),
            quote("/\u20ac/"), unquote_plus("a+%C3%A9"), urljoin("http://x.test/a/b", "../c"),
            str(ipaddress.ip_network("10.0.0.0/29").broadcast_address), ipaddress.ip_address("::1").is_loopback]


# --- formats ----------------------------------------------------------------


@tool
def csv_files():
    import csv
    import io

    rows = list(csv.DictReader(io.StringIO('a;b\n1;"x;""y"""\n'), delimiter=";"))
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_NONNUMERIC).writerow(["a,b", 1, None])
    return [rows, out.getvalue()]


@tool
def json_documents():
    import json

    class Encoder(json.JSONEncoder):
        def default(self, o):
            return sorted(o)

    return [json.dumps({"s": {2, 1}, "e": "\u20ac", 1: None}, cls=Encoder, indent=1),
            json.loads('{"a": [1.5e3, "\\u20ac", true]}'),
            json.dumps([1, {"b": 1, "a": 2}], sort_keys=True, separators=(",", ":"))]


@tool
def configuration():
    import configparser
    import tomllib

    parser = configparser.ConfigParser()
    parser.read_string("[a]\nb = 1\nc = %(b)s2\n")
    return [parser.getint("a", "c"), tomllib.loads('[x]\ny = [1, 2]\nz = "t"\n')]


@tool
def markup():
    import xml.etree.ElementTree as ElementTree
    from html.parser import HTMLParser

    class Links(HTMLParser):
        found = ()

        def handle_starttag(self, tag, attrs):
            self.found += ((tag, dict(attrs).get("href")),)

    root = ElementTree.fromstring("<r><i n='1'>a</i><i n='2'/></r>")
    links = Links()
    links.feed("<p><a href='/x'>y</a>")
    return [[i.get("n") for i in root.iter("i")], root.findtext("i"), ElementTree.tostring(root).decode(), links.found]


@tool
def messages():
    import email
    import mimetypes
    from email.message import EmailMessage
    from email.utils import format_datetime, parseaddr, parsedate_to_datetime
    from http import HTTPStatus
    from http.cookies import SimpleCookie

    message = EmailMessage()
    message["Subject"] = "Gr\xfc\xdfe"
    message.set_content("text\n")
    parsed = email.message_from_string("Subject: x\n\nbody")
    when = parsedate_to_datetime("Thu, 29 Feb 2024 12:00:00 GMT")
    return [message["Subject"], parsed.get_payload(), parseaddr("A B <a@b.test>"), format_datetime(when, usegmt=True),
            HTTPStatus(404).phrase, SimpleCookie("a=1; b=2")["b"].value, mimetypes.guess_type("x.svg")[0]]


@tool
def pickles():
    import pickle
    from datetime import date

    data = {"a": date(2024, 1, 2), "b": [1, (2, None)], "c": {1.5}}
    return pickle.loads(pickle.dumps(data)) == data


@tool
def compression():
    import gzip
    import io
    import zipfile
    import zlib

    data = b"hipflask " * 500
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", data)
    with zipfile.ZipFile(box) as archive:
        names, back = archive.namelist(), archive.read("a.txt")
    return [zlib.decompress(zlib.compress(data)) == data, gzip.decompress(gzip.compress(data)) == data, names, back == data,
            zlib.crc32(data), zlib.adler32(data), len(zlib.compress(data)) < 100]


@tool
def time_zones():
    import datetime
    import zoneinfo

    found = []
    for name in ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"):
        for month in (1, 7):
            time = datetime.datetime(2024, month, 1, 12, tzinfo=zoneinfo.ZoneInfo(name))
            found.append([str(time), time.tzname(), str(time.astimezone(datetime.timezone.utc))])
    try:
        zoneinfo.ZoneInfo("Nowhere/Atlantis")
    except zoneinfo.ZoneInfoNotFoundError:
        found.append("no such zone")
    return found


@tool
def no_event_loop_runs():
    import asyncio

    async def coroutine():
        return 1

    found = [asyncio.iscoroutinefunction(coroutine), asyncio.iscoroutinefunction(no_event_loop_runs)]
    made = coroutine()
    found.append(asyncio.iscoroutine(made))
    made.close()
    for ask in (asyncio.get_running_loop, asyncio.current_task):
        try:
            ask()
        except RuntimeError as error:
            found.append(str(error))
    return found


@tool
def keys_of_passwords():
    import hashlib
    import hmac

    with_names = [hmac.new(b"key", b"message", "sha256").hexdigest(), hmac.digest(b"key", b"message", "sha1").hex()]
    refused = []
    for wrong in ({"n": 3, "r": 1, "p": 1}, {"n": 2**16, "r": 8, "p": 1}):
        try:
            hashlib.scrypt(b"", salt=b"", **wrong)
        except ValueError:
            refused.append(wrong)
    return [hashlib.pbkdf2_hmac(name, b"password" * 20, b"salt", 50, size).hex() for name in ("sha256", "sha1", "md5")
            for size in (1, 20, 65)] + [
        hashlib.pbkdf2_hmac("sha512", b"", b"", 1).hex(), hashlib.scrypt(b"", salt=b"", n=16, r=1, p=1).hex(),
        hashlib.scrypt(b"pleaseletmein", salt=b"SodiumChloride", n=16384, r=8, p=1, dklen=70).hex(),  # RFC 7914, section 12
        hashlib.scrypt(b"\x00p", salt=b"s", n=64, r=3, p=5).hex(), with_names, refused]


@tool
def hashes():
    import hashlib
    import hmac

    data = b"hipflask"
    names = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s"]
    return [[hashlib.new(name, data).hexdigest() for name in names], hashlib.shake_128(data).hexdigest(8),
            hmac.new(b"key", data, "sha256").hexdigest(), hmac.digest(b"key", data, "sha1").hex(),
            hmac.compare_digest(b"a", b"b")]


# --- the interpreter and its surroundings -----------------------------------


@tool
def files():
    import glob
    import os
    import pathlib
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "a" / "b").mkdir(parents=True)
        (root / "a" / "one.txt").write_text("\u20ac", encoding="utf-8")
        shutil.copy(root / "a" / "one.txt", root / "two.txt")
        shutil.copytree(root / "a", root / "c")
        found = sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))
        globbed = len(glob.glob(os.path.join(folder, "*.txt")))
        shutil.rmtree(root / "c")
        left = sorted(os.listdir(folder))
    return [found, globbed, left, os.path.splitext("x.tar.gz"), pathlib.PurePosixPath("/a/../b").parts]


@tool
def logs():
    import io
    import logging
    import logging.handlers

    out = io.StringIO()
    logger = logging.getLogger("tools.test")
    logger.propagate = False
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logger.handlers = [handler]
    logger.warning("%s is %d", "answer", 42)
    try:
        raise ValueError("logged")
    except ValueError:
        logger.exception("trouble")
    lines = out.getvalue().splitlines()
    return [lines[:2], lines[-1]]


@tool
def contexts():
    import contextlib
    import contextvars
    import io
    import threading
    import weakref

    variable = contextvars.ContextVar("variable", default="outer")
    contextvars.copy_context().run(variable.set, "inner")
    local = threading.local()
    local.x = 1
    with threading.Lock(), contextlib.suppress(KeyError), contextlib.redirect_stdout(io.StringIO()) as out:
        print("captured")
        {}["missing"]

    class Thing:
        pass

    thing = Thing()
    reference = weakref.ref(thing)
    del thing
    return [variable.get(), local.x, out.getvalue(), reference() is None, threading.current_thread().name]


@tool
def introspection():
    import abc
    import ast
    import inspect
    import operator
    import traceback
    import types
    import warnings

    class Base(abc.ABC):
        @abc.abstractmethod
        def run(self): ...

    def example(a, /, b: int = 1, *, c=None): ...

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("careful", DeprecationWarning, stacklevel=1)
    try:
        Base()
    except TypeError:
        last = traceback.format_exc().splitlines()[-1].split(":")[0]
    return [list(inspect.signature(example).parameters), last, ast.literal_eval("{'a': (1, 2)}"), len(caught),
            types.SimpleNamespace(a=1).a, operator.itemgetter(1)("ab"), eval("1 + 2"), inspect.isclass(Base)]


@tool
def syntax():
    namespace = {}
    exec("def f(x):\n    match x:\n        case [a, *b]:\n            return a, b\n        case {'k': v}:\n            return v",
         namespace)

    def numbers():
        total = 0
        while True:
            total += yield total

    running = numbers()
    next(running)
    try:
        raise ExceptionGroup("several", [ValueError(1), TypeError(2)])
    except* ValueError as group:
        caught = len(group.exceptions)
    except* TypeError:
        pass
    return [namespace["f"]([1, 2, 3]), namespace["f"]({"k": 5}), running.send(3), running.send(4), caught,
            [x := 5, x + 1], {**{"a": 1}, "b": 2}, f"{'nested'!r:>10}", [*range(3)][::-1]]


@tool
def coroutines():
    async def double(x):
        return 2 * x

    async def main():
        return await double(3) + await double(4)

    try:
        main().send(None)
    except StopIteration as stop:
        return stop.value

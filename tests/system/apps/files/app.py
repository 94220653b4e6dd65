"""Files as Python sees them on the device: the read-only ROM with the app, /tmp in RAM, /dev.

Every function below is a route that returns JSON.
"""

import errno
import json
import os
import tempfile
from pathlib import Path

import content

HERE = os.path.dirname(os.path.abspath(__file__))
ROUTES = {}
SCRATCH = tempfile.gettempdir()


def route(function):
    """Makes a function reachable by its name."""
    ROUTES["/" + function.__name__] = function
    return function


def error_of(call, *arguments):
    """The symbolic errno of an OSError that a call must raise."""
    try:
        result = call(*arguments)
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error.errno))
    if hasattr(result, "close"):
        result.close()
    return "no error"


@route
def where():
    """Where the app lies, and where it is."""
    return {"file": __file__, "package": content.__file__, "cwd": os.getcwd(), "name": __name__,
            "path": list(content.__path__), "os": os.__file__}


@route
def read():
    """open() in all its ways."""
    name = os.path.join(HERE, "data", "text.txt")
    with open(name, encoding="utf-8") as file:
        text = file.read()
    with open("data/bytes.bin", "rb") as file:
        start = file.read(4)
        file.seek(-3, os.SEEK_END)
        end, position = file.read(), file.tell()
        file.seek(1000)
        middle = file.read(8)
    with open("data/text.txt", encoding="utf-8") as file:
        lines = list(file)
    return {"text": text, "lines": lines, "start": start.hex(), "end": end.hex(), "position": position,
            "middle": middle.hex(), "empty": Path("data/empty").read_bytes().hex()}


@route
def listing():
    """os.listdir, os.walk, os.scandir, glob."""
    entries = {entry.name: entry.is_dir() for entry in os.scandir(os.path.join(HERE, "data"))}
    walked = [[os.path.relpath(top, HERE), sorted(folders), sorted(names)]
              for top, folders, names in os.walk(os.path.join(HERE, "data"))]
    return {"app": sorted(os.listdir(HERE)), "data": sorted(os.listdir("data")), "entries": entries,
            "walked": sorted(walked), "globbed": sorted(str(path.relative_to(HERE)) for path in Path(HERE).rglob("*.txt"))}


@route
def roots():
    """What lies at the top."""
    return {"root": sorted(os.listdir("/")), "rom": sorted(os.listdir("/rom"))}


@route
def statistics():
    """os.stat and its relatives."""
    status = os.stat("data/bytes.bin")
    return {"size": status.st_size, "is_file": os.path.isfile("data/bytes.bin"), "is_dir": os.path.isdir("data"),
            "exists": os.path.exists("data/nothing"), "secret": os.path.exists("secret.txt"),
            "mtime_is_sane": status.st_mtime > 1_500_000_000, "readable": os.access("data/text.txt", os.R_OK),
            "writable": os.access("data/text.txt", os.W_OK)}


@route
def refusals():
    """What the ROM refuses."""
    if not HERE.startswith("/rom/"):
        raise RuntimeError("not on a desk: there all of this would work")
    return {
        "missing": error_of(open, "data/nothing"),
        "missing_folder": error_of(open, "nowhere/nothing"),
        "folder": error_of(open, "data"),
        "through_a_file": error_of(open, "data/text.txt/more"),
        "write": error_of(open, "data/text.txt", "w"),
        "append": error_of(open, "data/text.txt", "a"),
        "create": error_of(open, "data/new.txt", "x"),
        "remove": error_of(os.remove, "data/text.txt"),
        "make_folder": error_of(os.mkdir, "data/new"),
        "remove_folder": error_of(os.rmdir, "data/deep"),
        "rename": error_of(os.rename, "data/text.txt", "data/other.txt"),
        "list_a_file": error_of(os.listdir, "data/text.txt"),
        "list_missing": error_of(os.listdir, "data/nothing"),
    }


@route
def resources():
    """importlib.resources and pkgutil."""
    import pkgutil
    from importlib import resources as package

    files = package.files("content")
    names = sorted(path.name for path in files.iterdir() if not path.name.startswith("__"))
    return {"text": files.joinpath("resource.txt").read_text(), "names": names,
            "data": pkgutil.get_data("content", "resource.txt").decode()}


@route
def template():
    """A template from the app's folder."""
    from string import Template

    return Template(Path(HERE, "templates", "letter.txt").read_text()).substitute(name="ROM")


@route
def scratch():
    """Files in /tmp: written, read, renamed, removed."""
    with tempfile.TemporaryDirectory() as folder:
        one, two = os.path.join(folder, "one"), os.path.join(folder, "two")
        with open(one, "w") as file:
            file.write("first\n")
        with open(one, "a") as file:
            file.write("second\n")
        with open(one, "r+b") as file:
            file.seek(6)
            file.write(b"SECOND")
            file.truncate(13)
        os.rename(one, two)
        Path(folder, "sub").mkdir()
        Path(folder, "sub", "three").write_text("3")
        result = {"text": Path(two).read_text(), "names": sorted(os.listdir(folder)), "size": os.path.getsize(two),
                  "gone": os.path.exists(one), "not_empty": error_of(os.rmdir, os.path.join(folder, "sub"))}
    result["removed"] = not os.path.exists(folder)
    return result


@route
def temporary():
    """The tempfile module."""
    with tempfile.TemporaryFile() as file:
        file.write(b"x" * 5000)
        file.seek(4990)
        unnamed = len(file.read())
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        file.write(b"named")
        file.flush()
        name, named = file.name, Path(file.name).read_bytes().decode()
    with tempfile.SpooledTemporaryFile(max_size=100) as file:
        file.write(b"y" * 1000)
        file.seek(0)
        spooled = len(file.read())
    return {"unnamed": unnamed, "named": named, "gone": not os.path.exists(name), "spooled": spooled,
            "folder": tempfile.gettempdir()}


@route
def unlink_while_open():
    """A file lives until it is closed."""
    path = os.path.join(SCRATCH, "unlinked")
    with open(path, "w+") as file:
        file.write("still here")
        os.remove(path)
        file.seek(0)
        return {"text": file.read(), "exists": os.path.exists(path)}


def fill_once():
    """Writes to /tmp until it is full; returns how far it came, and the error."""
    written, error = 0, "no error"
    path = os.path.join(SCRATCH, "filler")
    try:
        with open(path, "wb", buffering=0) as file:
            while written < 64 << 20:
                written += file.write(bytes(16384))
    except OSError as problem:
        error = errno.errorcode[problem.errno]
    os.remove(path)
    return {"written": written, "error": error}


@route
def fill():
    """Twice, to see that the room comes back."""
    return [fill_once(), fill_once()]


@route
def devices():
    """/dev."""
    with open("/dev/urandom", "rb", buffering=0) as file:
        random = [file.read(16).hex(), file.read(16).hex()]
    with open("/dev/null", "wb") as file:
        file.write(b"nothing")
    with open("/dev/null", "rb") as file:
        null = file.read().hex()
    return {"random": random, "differs": random[0] != random[1], "null": null}


@route
def many_open():
    """Many files at a time, and what too many come to."""
    opened, error = [], "no error"
    try:
        while len(opened) < 1000:
            opened.append(open("data/text.txt", "rb"))
    except OSError as problem:
        error = errno.errorcode[problem.errno]
    count = len(opened)
    for file in opened:
        file.close()
    return {"count": count, "error": error, "again": Path("data/text.txt").stat().st_size}


def app(environ, start_response):
    """The WSGI callable: the function of that name."""
    function = ROUTES.get(environ["PATH_INFO"])
    data = json.dumps(function() if function else "well").encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(data)))])
    return [data]

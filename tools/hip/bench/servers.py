"""Other people's WSGI servers, from Debian: the same app, the same client, the same counting.

Each runs as its manual says for one process and one thread, its access log off.  They run on
this machine's own CPython and on the kernel's TCP/IP, whose instructions are no user instructions.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hip import build, paths, process
from hip.bench import callgrind
from hip.bench.cases import Case
from hip.bench.client import BROWSER_HEADERS, Client, request
from hip.bench.guest import WARM_UP, ask, find
from hip.boards import find_board
from hip.machine import ADDRESS, free_port
from hip.ui import Ui

APP = paths.EXAMPLES / "hello"
PYTHON = "/usr/bin/python3"
START_SECONDS = 60
REQUESTS = 2000  # of which the rate is taken
COUNTED = 200
CASES = [Case("hello", "hello", count=COUNTED), Case("hello, 13 headers", "hello", headers=BROWSER_HEADERS, count=COUNTED)]

WAITRESS = "from waitress import serve; from app import app; serve(app, listen='{listen}', threads=1, _quiet=True)"
CHEROOT = ("from cheroot.wsgi import Server; from app import app; "
           "Server(('{host}', {port}), app, numthreads=1, max=1).start()")
WSGIREF = """
from wsgiref.simple_server import WSGIRequestHandler, make_server
from app import app
class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments): pass
make_server('{host}', {port}, app, handler_class=Quiet).serve_forever()
"""
APACHE = """
ServerRoot {directory}
PidFile {directory}/pid
Mutex posixsem
Listen {listen}
ServerName device
ErrorLog {directory}/error.log
LoadModule mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule wsgi_module /usr/lib/apache2/modules/mod_wsgi.so
MaxKeepAliveRequests 0
KeepAliveTimeout 60
WSGIPythonPath {app}
WSGIScriptAlias / {directory}/hello.wsgi
<Directory {directory}>
Require all granted
</Directory>
"""
Command = Callable[[str, int, Path], list[str]]


@dataclass(frozen=True)
class Server:
    """One server: how it is started."""

    name: str
    package: str
    command: Command  # of host, port and a directory of its own
    asked_at_end: bool = False  # callgrind cannot be reached while it serves: in a child, as another user
    user: str | None = None  # when root starts it: whom it would become by itself, out of callgrind's reach


def _python(source: str) -> Command:
    return lambda host, port, _: [PYTHON, "-c", source.format(host=host, port=port, listen=f"{host}:{port}")]


def _uwsgi(host: str, port: int, _directory: Path) -> list[str]:
    return ["uwsgi-core", "--plugin", "python3", "--http11-socket", f"{host}:{port}", "--wsgi", "app:app",
            "--processes", "1", "--disable-logging", "--die-on-term"]


def _gunicorn(host: str, port: int, _directory: Path) -> list[str]:
    return [PYTHON, "-m", "gunicorn", "--bind", f"{host}:{port}", "--worker-class", "gthread", "--threads", "1",
            "--keep-alive", "60", "--timeout", "0", "app:app"]


def _apache(host: str, port: int, directory: Path) -> list[str]:
    (directory / "hello.wsgi").write_text("from app import app as application\n")
    configuration = directory / "apache.conf"
    configuration.write_text(APACHE.format(directory=directory, listen=f"{host}:{port}", app=APP))
    return ["/usr/sbin/apache2", "-X", "-f", str(configuration)]


SERVERS = [
    Server("uWSGI", "uwsgi-plugin-python3", _uwsgi),
    Server("mod_wsgi", "libapache2-mod-wsgi-py3", _apache, asked_at_end=True, user="nobody"),
    Server("cheroot", "python3-cheroot", _python(CHEROOT)),
    Server("waitress", "python3-waitress", _python(WAITRESS)),
    Server("gunicorn", "gunicorn", _gunicorn, asked_at_end=True),
    Server("wsgiref", "libpython3-stdlib", _python(WSGIREF)),
]


def version(package: str) -> str:
    """The version of a Debian package that is installed."""
    shown = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    return shown.stdout


def instructions(server: Server) -> dict[str, float]:
    """User instructions of a request, by case."""
    if server.asked_at_end:
        nothing = _total(server, CASES[0], 0)
        return {case.name: (_total(server, case, case.count) - nothing) / case.count for case in CASES}
    found = {}
    with _counted(server) as (counted, address):
        for case in CASES:
            with Client(address) as client:
                ask(client, case, WARM_UP)
                counted.zero()
                ask(client, case, case.count)
                found[case.name] = counted.profile().total / case.count
    return found


def _total(server: Server, case: Case, times: int) -> int:
    """Instructions of a server's whole life, with so many requests in it."""
    with _counted(server) as (counted, address), Client(address) as client:
        ask(client, case, WARM_UP)
        ask(client, case, times)
    return counted.read().total


@contextlib.contextmanager
def _counted(server: Server) -> Iterator[tuple[callgrind.Counted, tuple[str, int]]]:
    """A server under callgrind that serves, and where."""
    address, name = (ADDRESS, free_port()), f"server-{server.name}"
    with callgrind.counted(server.command(*address, _directory(server)), name, cwd=APP, user=server.user) as counted:
        callgrind.await_port(address, lambda: counted.started.poll() is None, name, START_SECONDS)
        yield counted, address


def rate(server: Server) -> float:
    """Requests a second, without callgrind."""
    address = ADDRESS, free_port()
    with _running(server.command(*address, _directory(server)), APP, address, f"rate-{server.name}", server.user):
        return requests_per_second(address)


def own_rate(ui: Ui) -> float:
    """The same for the host board."""
    image = build.build(find_board("host", "profile"), find("hello"), ui)
    address = ADDRESS, free_port()
    argv = [str(image.elf), *image.arguments, "--forward", f"{address[0]}:{address[1]}"]
    with _running(argv, None, address, "rate-hipflask"):
        return requests_per_second(address)


def requests_per_second(address: tuple[str, int]) -> float:
    """Over one connection: most of these servers serve no second one meanwhile."""
    data = request("GET", "/")
    with Client(address) as client:
        for turn in range(-WARM_UP, REQUESTS):
            if turn == 0:
                began = time.monotonic()
            client.ask(data)
        return REQUESTS / (time.monotonic() - began)


def _directory(server: Server) -> Path:
    directory = paths.BUILD / "bench" / "servers" / server.name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    directory.chmod(0o777)
    return directory


@contextlib.contextmanager
def _running(argv: list[str], cwd: Path | None, address: tuple[str, int], name: str,
             user: str | None = None) -> Iterator[None]:
    with open(paths.log_path(f"bench-{name}"), "wb") as log:
        started = subprocess.Popen(argv, cwd=cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   env=callgrind.environment(), preexec_fn=process.dies_with_us())
    try:
        callgrind.await_port(address, lambda: started.poll() is None, name, START_SECONDS)
        yield
    finally:
        callgrind.end(started)

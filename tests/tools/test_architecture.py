"""The rule of the arrows (docs/architecture.md): who may include whom."""

import re
import unittest
from pathlib import Path

from hip import paths
from repository import files

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
C_STANDARD = {f"{name}.h" for name in (
    "assert ctype errno float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic stdbool "
    "stddef stdint stdio stdlib stdnoreturn string time wchar wctype").split()}
TRANSPORT = "wsgi/transport.h"


def own_headers() -> dict[str, str]:
    """Our headers by file name: the path from the repository's root."""
    return {path.name: path.relative_to(paths.ROOT).as_posix() for path in files(".h")}


def includes(folder: str) -> list[tuple[Path, str, str]]:
    """(file, kind, name) of every #include below a folder; kind is `<` or a quote."""
    return [(path.relative_to(paths.ROOT), kind, name) for path in files(".c", ".h", ".S", below=folder)
            for kind, name in INCLUDE.findall(path.read_text(encoding="utf-8"))]


class ArrowsTest(unittest.TestCase):
    def owner(self, name: str) -> str:
        """Where a quoted include leads: a path in the repository, or nothing for other people's headers."""
        exact = [path for path in self.headers.values() if path.endswith(f"/{name}") or path == name]
        return exact[0] if exact else ""

    def setUp(self) -> None:
        self.headers = own_headers()

    def test_wsgi_sees_transport_python_and_standard_c(self):
        for file, kind, name in includes("wsgi"):
            with self.subTest(f"{file} includes {name}"):
                if kind == "<":
                    self.assertIn(name, C_STANDARD | {"Python.h"})
                else:
                    own = self.owner(name)
                    self.assertTrue(name == "Python.h" or own.startswith("wsgi/"), f"leads to {own or 'elsewhere'}")

    def test_port_sees_neither_firmware_nor_wsgi(self):
        for file, _kind, name in includes("port"):
            with self.subTest(f"{file} includes {name}"):
                own = self.owner(name)
                self.assertFalse(own.startswith("firmware/"))
                self.assertFalse(own.startswith("wsgi/") and own != TRANSPORT)

    def test_boards_see_port_only(self):
        for file, kind, name in includes("boards"):
            with self.subTest(f"{file} includes {name}"):
                own = self.owner(name)
                self.assertTrue(not own or own.startswith(("port/", "boards/")), own)

    def test_the_seams_have_at_most_ten_functions(self):
        text = re.sub(r"/\*.*?\*/", "", (paths.ROOT / "port/port.h").read_text(), flags=re.DOTALL)
        functions = set(re.findall(r"(?m)^[a-z].*?\b(port_\w+)\(", text))
        self.assertLessEqual(len(functions), 10, sorted(functions))


if __name__ == "__main__":
    unittest.main()

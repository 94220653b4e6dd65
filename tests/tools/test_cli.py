"""The command line as a user meets it: the shell start and the parser."""

import os
import shutil
import socket
import stat
import unittest
from pathlib import Path

from hip import cli, paths
from support import InDirectory, hip

COMMANDS = [module.__name__.rpartition(".")[2] for module in cli.COMMANDS]


class HelpTest(unittest.TestCase):
    def test_every_command_has_help_with_an_example(self):
        for command in COMMANDS:
            with self.subTest(command):
                done = hip(command, "--help")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(f"example:\n  ./hip {command}", done.stdout)

    def test_commands_of_the_design_are_there(self):
        self.assertLessEqual({"run", "stop", "build", "test", "size", "debug", "boards", "clean"}, set(COMMANDS))

    def test_without_a_command_help_is_shown(self):
        done = hip()
        self.assertEqual(done.returncode, 0)
        for command in COMMANDS:
            self.assertIn(f"\n    {command}", done.stdout)


class ErrorTest(InDirectory):
    def fails(self, *words: str, **environment: str) -> str:
        """The one line on standard error of a command that fails."""
        done = hip(*words, **environment)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("hip: "))
        return done.stderr

    def test_unknown_board_lists_the_known_ones(self):
        self.assertIn("no board nowhere; there is host, mps2-an500", self.fails("build", "--board", "nowhere"))

    def test_missing_app(self):
        self.assertIn("no app directory /nowhere", self.fails("run", "--app", "/nowhere"))

    def test_app_without_anything_to_start(self):
        self.assertIn("no app.py", self.fails("run", "--app", str(self.directory)))

    def test_port_in_use_is_told_before_anything_is_built(self):
        self.write("app.py")
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = str(server.getsockname()[1])
            line = self.fails("run", "--app", str(self.directory), "--http", port)
        self.assertIn(f"port {port} is in use", line)
        self.assertIn("--http", line)

    def test_impossible_port(self):
        self.write("app.py")
        self.assertIn("0 to 65535", self.fails("run", "--app", str(self.directory), "--http", "70000"))

    def test_impossible_tests(self):
        self.assertIn("no target nowhere", self.fails("test", "--target", "nowhere"))
        for minutes in ("0", "-1", "nan", "inf"):
            with self.subTest(minutes):
                self.assertIn("--soak takes minutes", self.fails("test", "--soak", minutes))

    def test_stop_without_a_run(self):
        self.assertIn("no detached run", self.fails("stop", HIPFLASK_BUILD=str(self.directory)))


class StartTest(InDirectory):
    """The shell script."""

    def boards(self, **options) -> None:
        done = hip("boards", **options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("mps2-an500", done.stdout)

    def test_from_another_directory(self):
        self.boards(cwd=self.directory)

    def test_through_symbolic_links(self):
        (self.directory / "one").symlink_to(paths.ROOT / "hip")
        (self.directory / "two").symlink_to("one")
        self.boards(script=self.directory / "two", cwd=Path("/"))

    def test_with_a_broken_python3_first_in_the_path(self):
        fake = self.write("bin/python3", "#!/bin/sh\nexit 9\n")
        fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
        self.boards(PATH=f"{fake.parent}:{os.environ['PATH']}")

    def test_with_the_users_python_settings(self):
        self.write("hip.py", "raise SystemExit(9)")
        self.boards(PYTHONHOME="/nowhere", PYTHONPATH=str(self.directory), PYTHONSTARTUP="/nowhere",
                    cwd=self.directory)

    def test_leaves_no_bytecode_beside_the_tools(self):
        copy = self.copy()
        hip("boards", script=copy / "hip")
        self.assertEqual(list((copy / "tools").rglob("__pycache__")), [])

    def test_missing_packages_with_no_install(self):
        copy = self.copy()
        with open(copy / "tools/debian-packages", "a", encoding="utf-8") as file:
            file.write("nothing-one /nowhere/one all first reason\nnothing-two /nowhere/two build second reason\n")
        done = hip("boards", "--no-install", script=copy / "hip")
        self.assertEqual(done.returncode, 1)
        self.assertIn("apt-get install --no-install-recommends nothing-one\n", done.stderr)
        done = hip("build", "--no-install", script=copy / "hip")
        self.assertIn("apt-get install --no-install-recommends nothing-one nothing-two\n", done.stderr)

    def test_help_needs_no_compiler(self):
        copy = self.copy()
        with open(copy / "tools/debian-packages", "a", encoding="utf-8") as file:
            file.write("nothing-one /nowhere/one build reason\n")
        self.assertEqual(hip("build", "--help", script=copy / "hip").returncode, 0)

    def test_every_debian_package_says_why(self):
        for line in (paths.ROOT / "tools/debian-packages").read_text().splitlines():
            if line and not line.startswith("#"):
                package, proof, needed_by, why = line.split(maxsplit=3)
                self.assertTrue(proof.startswith("/") and why, package)
                words = [word.partition("@") for word in needed_by.split(",")]
                self.assertLessEqual({command for command, _, _ in words}, {"all", *COMMANDS})
                self.assertLessEqual({kind for _, _, kind in words}, {"", "device", "host", "system"})

    def test_packages_of_a_kind_of_board(self):
        copy = self.copy()
        with open(copy / "tools/debian-packages", "a", encoding="utf-8") as file:
            file.write("for-devices /nowhere/1 build@device reason\nfor-hosts /nowhere/2 build@host reason\n"
                       "for-system /nowhere/3 build@system reason\n")

        def asked(*options: str) -> str:
            done = hip("build", "--no-install", *options, script=copy / "hip")
            return done.stderr.partition("recommends ")[2].strip()
        self.assertEqual(asked(), "for-devices")
        self.assertEqual(asked("--board", "mps2-an500"), "for-devices")
        self.assertEqual(asked("--board", "host"), "for-hosts")
        self.assertEqual(asked("--board=host", "--python", "system"), "for-hosts for-system")
        self.assertEqual(asked("--board=host", "--variant=system"), "for-hosts for-system")

    def copy(self) -> Path:
        """A second checkout, in a directory with a space in its name."""
        copy = self.directory / "a copy"
        for name in ("tools", "boards"):
            shutil.copytree(paths.ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(paths.ROOT / "hip", copy / "hip")
        return copy


if __name__ == "__main__":
    unittest.main()

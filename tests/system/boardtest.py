"""Tests of one app that are run on several boards, and on a desk within the standard library's checker."""

from __future__ import annotations

import shutil

from device import Device
from forms import BrowserTest
from hip import paths
from hip.app import load
from hip.boards import find_board

CHECKED = '''"""An app within the standard library's checker."""

from wsgiref.validate import validator

import {module} as module

app = validator(module.{name})
'''
MANIFEST = '[app]\nentry = "checked_by_wsgiref:app"\noptimize = 0\n'  # the checker consists of asserts


class BoardTest(BrowserTest):
    """Tests of `app`, a directory, on `board`."""

    app = ""
    board = "host"

    @classmethod
    def setUpClass(cls) -> None:
        cls.device = Device(cls.location(), board=find_board(cls.board)).start()
        cls.addClassCleanup(cls.device.stop)

    @classmethod
    def location(cls):
        """The app's directory."""
        return paths.ROOT / cls.app


class CheckedTest(BoardTest):
    """The same within wsgiref.validate; `wsgi` is the app, as an entry is written."""

    wsgi = "app:app"

    @classmethod
    def location(cls):
        """A copy that starts from CHECKED."""
        source = super().location()
        packages = load(source).debian_packages
        copy = paths.BUILD / "checked" / source.name
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(source, copy)
        (copy / "checked_by_wsgiref.py").write_text(CHECKED.format_map(dict(zip(("module", "name"), cls.wsgi.split(":")))))
        (copy / "hipflask.toml").write_text(f"{MANIFEST}packages = {packages}\n")
        return copy

    def tearDown(self) -> None:
        printed = self.printed()
        self.assertNotIn("AssertionError", printed)
        self.assertNotIn("wsgiref/validate", printed)

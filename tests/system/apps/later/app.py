"""Modules that wait until they are used: one check a path."""

import calendar
import colorsys
import difflib
import html
import importlib
import statistics
import string
import sys
import traceback
import xml.dom.minidom
from textwrap import dedent
from types import ModuleType

try:
    import curses
except ImportError:
    curses = None

import shelve_of_the_app


def contents(module):
    """What is in a module, without making it run."""
    return object.__getattribute__(module, "__dict__")


def waits(module):
    """Whether a module's code has not run."""
    return type(module) is not ModuleType


def until_used():
    assert waits(calendar) and "isleap" not in contents(calendar)
    assert calendar.isleap(2024)
    assert type(calendar) is ModuleType and calendar is sys.modules["calendar"]
    assert calendar.month_name[11] == "November"


def names_asked_for_at_once():
    assert dedent("  a") == "a" and not waits(sys.modules["textwrap"])


def parents_of_submodules():
    assert not waits(xml) and not waits(xml.dom) and waits(contents(xml.dom)["minidom"])
    assert xml.dom.minidom.parseString("<a>b</a>").documentElement.tagName == "a"


def what_is_known_already():
    assert isinstance(html, ModuleType) and html.__name__ == "html" and html.__spec__.name == "html"
    assert html.__file__ == "/rom/lib/html/__init__.pyc" and "html" in repr(html)
    assert all(hasattr(module, "__name__") for module in list(sys.modules.values()))
    assert importlib.util.find_spec("html") is html.__spec__
    assert waits(html)
    assert html.unescape("&amp;") == "&"


def an_attribute_that_is_set():
    assert waits(difflib)
    difflib.IS_LINE_JUNK = None
    assert not waits(difflib) and difflib.IS_LINE_JUNK is None
    assert difflib.get_close_matches("appel", ["ape", "apple"])[0] == "apple"


def contents_and_reload():
    assert "rgb_to_hls" in dir(colorsys) and "ONE_THIRD" in vars(colorsys)
    assert importlib.reload(colorsys) is colorsys and colorsys.ONE_THIRD < 1


def a_failure_is_no_end():
    assert waits(statistics)
    sys.modules["fractions"] = None
    try:
        statistics.mean
    except ImportError as error:
        assert error.name == "fractions", error
    else:
        raise AssertionError("statistics works without fractions")
    del sys.modules["fractions"]
    assert waits(statistics) and statistics.mean([1, 2, 3]) == 2


def what_is_missing_is_missing_at_once():
    assert curses is None


def an_apps_own_modules_do_not_wait():
    assert contents(shelve_of_the_app)["BOOKS"] == ["one"]


def nothing_that_is_not_there():
    try:
        string.nothing
    except AttributeError as error:
        assert "module 'string' has no attribute 'nothing'" in str(error), error
    assert string.digits == "0123456789"


CHECKS = {check.__name__: check for check in (
    until_used, names_asked_for_at_once, parents_of_submodules, what_is_known_already, an_attribute_that_is_set,
    contents_and_reload, a_failure_is_no_end, what_is_missing_is_missing_at_once, an_apps_own_modules_do_not_wait,
    nothing_that_is_not_there)}


def app(environ, start_response):
    """Runs the check that the path names; answers with "ok" or the traceback."""
    try:
        CHECKS[environ["PATH_INFO"].removeprefix("/")]()
        text = "ok"
    except Exception:
        text = traceback.format_exc()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [text.encode()]

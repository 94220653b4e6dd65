"""hip.app: an app's directory and its manifest."""

import unittest

from hip import paths
from hip.app import App, AppError, find_app, load
from hip.appfiles import app_files
from support import InDirectory

WRONG = {
    '[app]\nentri = "app"': r"hipflask\.toml:2: \[app\] entri: is unknown; \[app\] has entry, packages",
    '[apps]': r"hipflask\.toml:1: apps: is unknown; there are the sections app, limits",
    'entry = "app"': r"hipflask\.toml:1: entry: is unknown",
    '[app]\nentry = 3': r':2: \[app\] entry: must be "module" or "module:callable", not 3',
    '[app]\nentry = "a b"': r":2: \[app\] entry: must be",
    '[app]\nentry = "none:app"': r":2: \[app\] entry: there is no module none",
    '[app]\npackages = "x"': r":2: \[app\] packages: must be a list of strings",
    '[app]\npackages = ["vendor"]': r"packages: .*vendor is no directory; Debian's packages are called python3-",
    '[app]\n\nmodules = ["a.*", "-"]': r":3: \[app\] modules: '-' is no module name",
    '[app]\noptimize = 3': r":2: \[app\] optimize: must be one of 0, 1, 2, not 3",
    '[app]\noptimize = true': r"optimize: must be one of",
    '[app]\nlazy = 1': r":2: \[app\] lazy: must be true or false, not 1",
    '[limits]\ndeadline = 0': r":2: \[limits\] deadline: must be seconds",
    '[limits]\ndeadline = "3"': r"\[limits\] deadline: must be seconds",
    '[limits]\nmemory = -1': r":2: \[limits\] memory: must be bytes",
    '[limits]\nmemory = "2 MB"': r"\[limits\] memory: must be bytes",
    '[network]\ntime_server = "a b"': r":2: \[network\] time_server: must be \"host\" or \"host:port\"",
    '[app': r"hipflask\.toml: .*line 1|hipflask\.toml: .*end of document",
}


class ManifestTest(InDirectory):
    def setUp(self) -> None:
        super().setUp()
        self.write("app.py")

    def test_defaults(self):
        app = load(self.directory)
        self.assertEqual((app.entry, app.optimize, app.deadline, app.memory, app.packages), ("app", 2, 30.0, 0, []))

    def test_everything_set(self):
        self.write("web/site.py")
        self.write("vendor/lib.py")
        self.write("hipflask.toml", '[app]\nentry = "web.site:make_app()"\npackages = ["python3-markdown", "vendor"]\n'
                                    'modules = ["jinja2.*"]\nexclude = ["tests/*", "notes/"]\noptimize = 0\n'
                                    "[limits]\ndeadline = 2.5\nmemory = 2_000_000\n")
        app = load(self.directory)
        self.assertEqual((app.entry, app.optimize, app.deadline, app.memory), ("web.site:make_app()", 0, 2.5, 2_000_000))
        self.assertEqual(app.debian_packages, ["python3-markdown"])
        self.assertEqual(app.own_directories, [self.directory / "vendor"])
        self.assertTrue(app.excludes("tests/a/b.py") and app.excludes("notes"))
        self.assertFalse(app.excludes("app.py"))

    def test_each_mistake_is_one_line_with_file_and_key(self):
        for text, message in WRONG.items():
            with self.subTest(text):
                self.write("hipflask.toml", text)
                with self.assertRaisesRegex(AppError, message) as caught:
                    load(self.directory)
                self.assertNotIn("\n", str(caught.exception))


class EntryTest(InDirectory):
    def test_the_one_package_is_the_entry(self):
        self.write("shop/__init__.py")
        self.write("tests/__init__.py")
        self.assertEqual(load(self.directory).entry, "shop")

    def test_wsgi_py_is_an_entry(self):
        self.write("wsgi.py")
        self.assertEqual(load(self.directory).entry, "wsgi")

    def test_nothing_to_start_from(self):
        with self.assertRaisesRegex(AppError, "no app.py and no package.*hipflask.toml"):
            load(self.directory)

    def test_several_packages(self):
        self.write("one/__init__.py")
        self.write("two/__init__.py")
        with self.assertRaisesRegex(AppError, r"several packages \(one, two\)"):
            load(self.directory)


class DjangoProjectTest(InDirectory):
    """What django-admin startproject leaves."""

    def setUp(self) -> None:
        super().setUp()
        self.write("manage.py", "import django.core.management")
        self.write("notes/__init__.py")
        self.write("mysite/__init__.py")

    def test_its_wsgi_py_is_the_entry(self):
        self.write("mysite/wsgi.py", "from django.core.wsgi import get_wsgi_application")
        found = load(self.directory)
        self.assertEqual((found.entry, found.debian_packages), ("mysite.wsgi", ["python3-django"]))

    def test_without_one_the_error_names_it(self):
        with self.assertRaisesRegex(AppError, r"manage\.py.* has a wsgi\.py in its package, and none"):
            load(self.directory)

    def test_several(self):
        self.write("mysite/wsgi.py")
        self.write("other/wsgi.py")
        with self.assertRaisesRegex(AppError, r"several of them \(mysite, other\)"):
            load(self.directory)


class ImpliedTest(InDirectory):
    """Packages that an app imports and does not name."""

    def test_each_way_to_import(self):
        for text in ("import falcon", "import os, falcon.media as m", "  from falcon.errors import HTTPError", "import falcon"):
            with self.subTest(text):
                self.write("app.py", f"{text}\n")
                self.assertEqual(load(self.directory).debian_packages, ["python3-falcon"])

    def test_what_is_no_import_of_it(self):
        for text in ("import flask", "from . import falcon", "x = 'import falcon'", "import os.falcon", "import falconry"):
            with self.subTest(text):
                self.write("app.py", f"{text}\n")
                self.assertEqual(load(self.directory).debian_packages, [])

    def test_named_as_well(self):
        self.write("app.py", "import webob, pyramid")
        self.write("hipflask.toml", '[app]\npackages = ["python3-webob"]')
        self.assertEqual(load(self.directory).debian_packages, ["python3-webob", "python3-pyramid"])

    def test_the_app_s_own_module_of_that_name(self):
        self.write("app.py", "import falcon")
        self.write("falcon/__init__.py")
        self.assertEqual(load(self.directory).debian_packages, [])


class FilesTest(InDirectory):
    """What is shipped."""

    def test_sources_and_data(self):
        for name in ("app.py", "manage.py", "tests.py", "shop/test_shop.py", "shop/views.py", "shop/contest.py",
                     "shop/locale/de/LC_MESSAGES/django.mo", "shop/locale/de/LC_MESSAGES/django.po", "instance/config.py"):
            self.write(name)
        sources, data = ([path.relative_to(self.directory).as_posix() for path in paths]
                         for paths in app_files(load(self.directory)))
        self.assertEqual(sources, ["app.py", "shop/contest.py", "shop/views.py"])
        self.assertEqual(data, ["instance/config.py", "shop/locale/de/LC_MESSAGES/django.mo"])


class ScriptTest(InDirectory):
    """mod_wsgi's scripts."""

    def test_the_only_one_is_the_app(self):
        self.write("my-site.wsgi", "")
        found = load(self.directory)
        self.assertEqual((found.entry, found.script), ("script_my_site:application", self.directory / "my-site.wsgi"))
        self.assertEqual(found.location, self.directory)

    def test_app_py_comes_first(self):
        self.write("site.wsgi", "")
        self.write("app.py", "")
        self.assertEqual((load(self.directory).entry, load(self.directory).script), ("app", None))

    def test_one_of_several_is_named(self):
        self.write("a.wsgi", "")
        self.write("b.wsgi", "")
        with self.assertRaisesRegex(AppError, r"several scripts \(a\.wsgi, b\.wsgi\); name one with --app"):
            load(self.directory)
        found = find_app(str(self.directory / "b.wsgi"))
        self.assertEqual((found.entry, found.location), ("script_b:application", self.directory / "b.wsgi"))


class FindTest(InDirectory):
    def test_missing_directory(self):
        with self.assertRaisesRegex(AppError, "there is no app directory nowhere, nor an example"):
            find_app("nowhere")

    def test_a_file(self):
        with self.assertRaisesRegex(AppError, "an app is a directory"):
            find_app(str(self.write("app.py")))

    def test_foreign_image_names_are_unique_and_safe(self):
        first, second = self.write("a/my app/app.py").parent, self.write("b/my app/app.py").parent
        names = [load(first).name, load(second).name]
        self.assertNotEqual(*names)
        for name in names:
            self.assertRegex(name, r"^my_app-[0-9a-f]{6}$")

    def test_examples_keep_their_names(self):
        self.assertEqual(App(paths.EXAMPLES / "hello", "app").name, "hello")
        self.assertEqual(App(paths.ROOT / "tests/system/apps/slow", "app").name, "slow")


if __name__ == "__main__":
    unittest.main()

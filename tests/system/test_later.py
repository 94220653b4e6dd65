"""The standard library's modules run when they are used (port/cpython/later.py), and nobody can tell but by the memory."""

from device import Device, DeviceTest

device = Device("tests/system/apps/later")


def setUpModule() -> None:
    device.start()


def tearDownModule() -> None:
    device.stop()


class LaterTest(DeviceTest):
    device = device

    def check(self, name: str) -> None:
        """Has the app run one of its checks."""
        self.assertEqual(self.device.get(f"/{name}").body.decode(), "ok")

    def test_a_module_waits_until_it_is_used(self):
        self.check("until_used")

    def test_names_are_asked_for_at_once(self):
        self.check("names_asked_for_at_once")

    def test_packages_run_for_their_submodules(self):
        self.check("parents_of_submodules")

    def test_what_the_import_system_knows_needs_no_code(self):
        self.check("what_is_known_already")

    def test_an_attribute_can_be_set(self):
        self.check("an_attribute_that_is_set")

    def test_contents_and_reload(self):
        self.check("contents_and_reload")

    def test_a_failure_is_tried_again(self):
        self.check("a_failure_is_no_end")

    def test_a_missing_module_is_missing_at_once(self):
        self.check("what_is_missing_is_missing_at_once")

    def test_an_apps_own_modules_run_at_once(self):
        self.check("an_apps_own_modules_do_not_wait")

    def test_what_is_not_there(self):
        self.check("nothing_that_is_not_there")

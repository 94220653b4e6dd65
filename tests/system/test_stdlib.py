"""The standard library on the device gives what it gives on a desk, CPython being the oracle."""

import importlib.util
import json
import unittest

from device import Device, DeviceTest

device = Device("tests/system/apps/stdlib")


def load_tools():
    """The app's tools.py, here."""
    spec = importlib.util.spec_from_file_location("tools", device.app / "tools.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.TOOLS


def setUpModule():
    device.start()


def tearDownModule():
    device.stop()


class StandardLibraryTest(DeviceTest):
    device = device


def add_test(name: str, tool) -> None:
    """A test that compares one tool's result."""

    def test(self):
        response = device.get(f"/{name}")
        self.assertEqual(response.status, 200, self.printed())
        self.assertEqual(response.json(), json.loads(json.dumps(tool())))

    setattr(StandardLibraryTest, f"test_{name}", test)


for _name, _tool in load_tools().items():
    add_test(_name, _tool)


if __name__ == "__main__":
    unittest.main()

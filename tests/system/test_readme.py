"""What README.md shows works as it stands there."""

import json
import re
import tempfile
import unittest
from pathlib import Path

from device import Device
from hip import paths

README = (paths.ROOT / "README.md").read_text(encoding="utf-8")


class ReadmeTest(unittest.TestCase):
    def test_the_app_runs_unchanged(self):
        (source,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
        with tempfile.TemporaryDirectory() as directory:
            app = Path(directory, "thermometer")
            app.mkdir()
            (app / "app.py").write_text(source, encoding="utf-8")
            with Device(app) as device:
                self.assertIn("<h1>20.5 \xb0C</h1>", device.get("/").text)
                made = device.post("/readings", json.dumps({"celsius": 21.5}).encode(), "application/json")
                self.assertEqual((made.status, made.json()), (201, {"count": 2}))
                self.assertIn("<p>2 readings, mean 21.0</p>", device.get("/").text)

    def test_the_tree_names_what_is_there(self):
        tree = re.search(r"```\nfirmware/.*?```", README, re.DOTALL)[0]
        parents = []
        for indent, name in re.findall(r"(?m)^( *)([\w./<>-]+) {2,}", tree):
            parents[len(indent) // 2:] = [name.replace("<name>", "mps2-an500")]
            with self.subTest(name):
                self.assertTrue((paths.ROOT / "".join(parents)).exists())

    def test_links_lead_somewhere(self):
        for link in re.findall(r"\]\(([^)#]+)\)", README):
            with self.subTest(link):
                self.assertTrue((paths.ROOT / link).exists())


if __name__ == "__main__":
    unittest.main()

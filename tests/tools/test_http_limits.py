"""The limits of the server are documented as they are."""

import re
import unittest

from hip import paths

LIMIT = re.compile(r"(?m)^wsgi_limit\((\w+) (.+?)\) +# (.+)$")
ROW = re.compile(r"(?m)^\| `([A-Z_]+)` \| `?([^|`]+?)`? \|")


class LimitsTest(unittest.TestCase):
    def setUp(self):
        text = (paths.ROOT / "wsgi/limits.cmake").read_text()
        self.limits = {name: value if value.isdigit() else value[1:-1].replace("\\", "")
                       for name, value, _unit in LIMIT.findall(text)}
        self.assertEqual(len(self.limits), text.count("\nwsgi_limit("), "each limit has a line with its unit")

    def test_each_is_in_the_table_with_its_default(self):
        _, _, section = (paths.ROOT / "docs/http.md").read_text().partition("\n## Limits\n")
        rows = dict(ROW.findall(section))
        self.assertEqual(rows, self.limits)

    def test_each_is_used(self):
        code = "".join(path.read_text() for folder in ("wsgi", "firmware")
                       for path in sorted((paths.ROOT / folder).glob("*.[ch]")))
        self.assertEqual([name for name in self.limits if f"WSGI_{name}" not in code], [])


if __name__ == "__main__":
    unittest.main()

"""The roster of targets: what it may say, and how it is told what it may not."""

import unittest

from hip import roster
from hip.roster import RosterError
from support import InDirectory

GOOD = """\
[[target]]
name = "process"
board = "host"
variant = "asan"
arguments = ["--faults", "seed=1,drop=2"]
[[target]]
name = "desk"
address = "192.168.1.20:80"
bulk = false
"""


class RosterTest(InDirectory):
    def load(self, text: str) -> list[roster.Target]:
        return roster.load(self.write("roster.toml", text))

    def test_a_board_and_an_address(self):
        process, desk = self.load(GOOD)
        self.assertEqual((process.board.preset, process.arguments, process.address),
                         ("host-asan", ["--faults", "seed=1,drop=2"], None))
        self.assertEqual([name for _board, name in process.interpreters], ["native-asan"])
        self.assertEqual((desk.board, desk.address, desk.interpreters), (None, ("192.168.1.20", 80), []))
        self.assertEqual((process.bulk, desk.bulk), (True, False))

    def test_what_is_wrong_is_told_with_its_place(self):
        one = '[[target]]\nname = "a"\n'
        for text, complaint in (
                ("[[target]", r"roster\.toml: .*line 1"),
                ("[goal]\n", r"nothing but \[\[target\]\]"),
                ("target = 3\n", r"nothing but \[\[target\]\]"),
                ("[[target]]\nname = 3\n", "target 1: name is a string"),
                ("[[target]]\n", "target 1: name is letters"),
                (GOOD + '[[target]]\nname = "a b"\n', "target 3: name is letters"),
                (one, r"target 1 \(a\): give it a board or an address"),
                (one + 'board = "host"\naddress = "x:1"\n', "a board or an address"),
                (one + 'board = "nowhere"\n', r"\(a\): there is no board nowhere; there is host"),
                (one + 'board = "host"\nvariant = "asam"\n', "no variant asam; it has asan"),
                (one + 'board = "host"\nargument = []\n', "target 1: there is no key argument"),
                (one + 'board = "host"\narguments = "x"\n', "arguments is a list of strings"),
                (one + 'board = "host"\nbulk = 0\n', "bulk is true or false"),
                (one + 'address = "x"\n', "address is \"host:port\", not 'x'"),
                (one + 'address = "x:70000"\n', "host:port"),
                (one + 'address = "x:80"\nvariant = "asan"\n', "variant is for boards"),
                (GOOD + GOOD, "two targets are called process")):
            with self.subTest(text), self.assertRaisesRegex(RosterError, complaint):
                self.load(text)

    def test_no_file(self):
        with self.assertRaisesRegex(RosterError, "roster.toml: No such file"):
            roster.load(self.directory / "roster.toml")

    def test_choosing(self):
        path = self.write("roster.toml", GOOD)
        self.assertEqual([target.name for target in roster.choose([], path)], ["process", "desk"])
        self.assertEqual([target.name for target in roster.choose(["desk"], path)], ["desk"])
        self.assertEqual(roster.find("[::1]:8080", path).address, ("::1", 8080))
        with self.assertRaisesRegex(RosterError, "no target table; .*roster.toml has process, desk"):
            roster.find("table", path)

    def test_the_repositorys_own(self):
        names = [target.name for target in roster.load()]
        self.assertLess({"host-asan"}, set(names))
        self.assertIn("mps2-an500", names)


if __name__ == "__main__":
    unittest.main()

"""Rules of style that a program can check, for every file of the repository."""

import ast
import re
import unittest

from hip import paths
from repository import files, folders

MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 80
MAX_LINE = 130
MAX_CONDITIONALS = 5
PARAGRAPH_WORDS = 12
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" "DO", "FIX" "ME", "X" "XX", "HA" "CK")) + r")\b")
CODE = (".c", ".h", ".S", ".py", ".ld", ".cmake")


def conditionals(text: str) -> int:
    """Number of #if, #ifdef and #ifndef, without the guard of a header."""
    count = len(re.findall(r"(?m)^\s*#\s*if(?:n?def)?\b", text))
    return count - bool(re.search(r"(?m)^#ifndef (\w+_H)\n#define \1$", text))


def c_functions(text: str) -> list[tuple[int, int]]:
    """(first line, number of lines) of every function body of a C file."""
    found, start = [], 0
    for number, line in enumerate(text.splitlines(), 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            found.append((start, number - start + 1))
            start = 0
    return found


class StyleTest(unittest.TestCase):
    def each(self, *suffixes: str):
        """A sub-test and the text for each file."""
        for path in files(*suffixes):
            with self.subTest(str(path.relative_to(paths.ROOT))):
                yield path, path.read_text(encoding="utf-8")

    def test_files_are_short(self):
        for _path, text in self.each(*CODE):
            self.assertLess(text.count("\n"), MAX_FILE_LINES)

    def test_c_functions_are_short(self):
        for _path, text in self.each(".c", ".h"):
            for line, length in c_functions(text):
                self.assertLess(length, MAX_FUNCTION_LINES, f"line {line}")

    def test_python_functions_are_short(self):
        for _path, text in self.each(".py"):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    self.assertLess(node.end_lineno - node.lineno + 1, MAX_FUNCTION_LINES, f"line {node.lineno}")

    def test_python_modules_say_what_they_are(self):
        for path, text in self.each(".py"):
            if path.is_relative_to(paths.ROOT / "tools") and text.strip():
                self.assertTrue(ast.get_docstring(ast.parse(text)), path)

    def test_few_conditionals(self):
        for _path, text in self.each(".c", ".h", ".S"):
            self.assertLess(conditionals(text), MAX_CONDITIONALS)

    def test_lines_are_not_long(self):
        for _path, text in self.each(*CODE):
            for number, line in enumerate(text.splitlines(), 1):
                self.assertLessEqual(len(line), MAX_LINE, f"line {number}")

    def test_no_tabs_and_no_trailing_blanks(self):
        for _path, text in self.each(*CODE):
            for number, line in enumerate(text.splitlines(), 1):
                self.assertFalse("\t" in line or line != line.rstrip(), f"line {number}")

    def test_nothing_is_left_unfinished(self):
        for _path, text in self.each():
            found = UNFINISHED.search(text)
            self.assertIsNone(found, found and found[0])

    def test_headers_are_guarded(self):
        for path, text in self.each(".h"):
            if path.name not in ("baremetal.h",):
                self.assertRegex(text, r"(?m)^#(pragma once|ifndef \w+_H_?\n#define \w+_H_?)$")


class FoldersTest(unittest.TestCase):
    def test_every_folder_has_a_paragraph(self):
        """In its own README.md, or in docs/architecture.md under its path."""
        architecture = paths.ROOT / "docs" / "architecture.md"
        described = architecture.read_text(encoding="utf-8") if architecture.exists() else ""
        for folder in folders():
            if len(folder.parts) > 2 or not any((paths.ROOT / folder).iterdir()):
                continue
            with self.subTest(str(folder)):
                readme = paths.ROOT / folder / "README.md"
                text = readme.read_text(encoding="utf-8") if readme.exists() else ""
                paragraphs = [p for p in re.split(r"\n\s*\n", text) if not p.startswith("#")]
                own = any(len(p.split()) >= PARAGRAPH_WORDS for p in paragraphs)
                self.assertTrue(own or re.search(rf"{re.escape(folder.as_posix())}/?[`\s]", described))


if __name__ == "__main__":
    unittest.main()

"""Rules of style that a program can check, for every file of the repository."""

import ast
import re
import unittest
from pathlib import Path

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


def lines_where(text: str, is_wrong) -> list[str]:
    """`line N` for each line that is wrong."""
    return [f"line {number}" for number, line in enumerate(text.splitlines(), 1) if is_wrong(line)]


def long_python_functions(text: str) -> list[str]:
    """The functions of a Python file that are too long."""
    return [node.name for node in ast.walk(ast.parse(text))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and node.end_lineno - node.lineno + 1 >= MAX_FUNCTION_LINES]


class StyleTest(unittest.TestCase):
    def check(self, suffixes: tuple[str, ...], complaints) -> None:
        """Collects what complaints(text) says about each file."""
        found = []
        for path in files(*suffixes):
            for complaint in complaints(path.read_text(encoding="utf-8")):
                found.append(f"{path.relative_to(paths.ROOT)}: {complaint}")
        self.assertEqual(found, [], "\n" + "\n".join(found))

    def test_files_are_short(self):
        self.check(CODE, lambda text: ["too long"] if text.count("\n") >= MAX_FILE_LINES else [])

    def test_c_functions_are_short(self):
        self.check((".c", ".h"), lambda text: [f"function at line {line} has {length} lines"
                                               for line, length in c_functions(text) if length >= MAX_FUNCTION_LINES])

    def test_python_functions_are_short(self):
        self.check((".py",), long_python_functions)

    def test_python_modules_say_what_they_are(self):
        self.check((".py",), lambda text: [] if ast.get_docstring(ast.parse(text)) else ["no docstring"])

    def test_few_conditionals(self):
        self.check((".c", ".h", ".S"), lambda text: [f"{conditionals(text)} #if"]
                   if conditionals(text) >= MAX_CONDITIONALS else [])

    def test_lines_are_not_long(self):
        self.check(CODE, lambda text: lines_where(text, lambda line: len(line) > MAX_LINE))

    def test_no_tabs_and_no_trailing_blanks(self):
        self.check(CODE, lambda text: lines_where(text, lambda line: "\t" in line or line != line.rstrip()))

    def test_nothing_is_left_unfinished(self):
        self.check((), lambda text: [found[0] for found in UNFINISHED.finditer(text)])

    def test_headers_are_guarded(self):
        guard = re.compile(r"(?m)^#(pragma once|ifndef (\w+)\n#define \2)$")
        self.check((".h",), lambda text: [] if guard.search(text) else ["no include guard"])


def text_of(path: Path) -> str:
    """A file's text, empty when there is none."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


def has_paragraph(readme: Path) -> bool:
    """Whether a README says something."""
    paragraphs = [part for part in re.split(r"\n\s*\n", text_of(readme)) if not part.startswith("#")]
    return any(len(part.split()) >= PARAGRAPH_WORDS for part in paragraphs)


class FoldersTest(unittest.TestCase):
    def test_every_folder_has_a_paragraph(self):
        """In its own README.md, its parent's, or docs/architecture.md."""
        described = text_of(paths.ROOT / "docs" / "architecture.md")
        without = [folder.as_posix() for folder in folders()
                   if len(folder.parts) <= 2 and any((paths.ROOT / folder).iterdir())
                   and not has_paragraph(paths.ROOT / folder / "README.md")
                   and f"`{folder.name}/`" not in text_of(paths.ROOT / folder.parent / "README.md")
                   and not re.search(rf"{re.escape(folder.as_posix())}/?[`\s]", described)]
        self.assertEqual(without, [])


if __name__ == "__main__":
    unittest.main()

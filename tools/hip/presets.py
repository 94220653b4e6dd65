"""CMakePresets.json, made from the folders of boards/."""

from __future__ import annotations

import json

from hip import paths
from hip.boards import Board

PRESETS = paths.ROOT / "CMakePresets.json"


def presets_text(boards: list[Board]) -> str:
    """The file's text: a configure and a build preset a board."""
    names = [board.name for board in boards]
    presets = {
        "version": 6,
        "cmakeMinimumRequired": {"major": 3, "minor": 25, "patch": 0},
        "configurePresets": [
            {"name": "board", "hidden": True, "generator": "Ninja", "binaryDir": "${sourceDir}/build/${presetName}",
             "cacheVariables": {"BOARD": "${presetName}"}},
            *({"name": board.name, "inherits": "board", "description": board.description} for board in boards),
        ],
        "buildPresets": [{"name": name, "configurePreset": name} for name in names],
    }
    return json.dumps(presets, indent=2, ensure_ascii=False) + "\n"

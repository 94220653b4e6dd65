"""CMakePresets.json, made from the folders of boards/."""

from __future__ import annotations

import json

from hip import paths
from hip.boards import Board

PRESETS = paths.ROOT / "CMakePresets.json"


def presets_text(boards: list[Board]) -> str:
    """The file's text: a configure and a build preset for each board and variant."""
    boards = [each for board in boards for each in (board, *map(board.with_variant, board.variants))]
    presets = {
        "version": 6,
        "cmakeMinimumRequired": {"major": 3, "minor": 25, "patch": 0},
        "configurePresets": [
            {"name": "board", "hidden": True, "generator": "Ninja", "binaryDir": "${sourceDir}/build/${presetName}",
             "cacheVariables": {"BOARD": "${presetName}"}},
            *map(configure_preset, boards),
        ],
        "buildPresets": [{"name": board.preset, "configurePreset": board.preset} for board in boards],
    }
    return json.dumps(presets, indent=2, ensure_ascii=False) + "\n"


def configure_preset(board: Board) -> dict:
    """One board's, or one variant's."""
    preset = {"name": board.preset, "inherits": "board", "description": board.description}
    if board.variant:
        preset["cacheVariables"] = {"BOARD": board.name, "BOARD_VARIANT": board.variant}
    return preset

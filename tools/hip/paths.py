"""Where things lie.  Everything generated is below BUILD."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("HIPFLASK_BUILD") or ROOT / "build").absolute()
LOGS = BUILD / "log"
RUNS = BUILD / "run"
SOURCES = BUILD / "sources"
PACKAGES = SOURCES / "packages"
NATIVE_PYTHON = BUILD / "python" / "native"
BOARDS = ROOT / "boards"
EXAMPLES = ROOT / "examples"


def log_path(name: str) -> Path:
    """The log file called name; its directory is made."""
    LOGS.mkdir(parents=True, exist_ok=True)
    return LOGS / f"{name}.log"


def shown(path: Path) -> str:
    """path as a message shows it: relative to the current directory where that is shorter."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)

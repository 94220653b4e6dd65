"""Where the shell script `hip` hands over."""

import sys
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit(f"hip: needs Python 3.11 or later as /usr/bin/python3, found {sys.version.split()[0]}; Debian 12 has it")

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hip.cli import main  # noqa: E402

sys.exit(main())

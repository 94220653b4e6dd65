"""The one exception for failures a user may meet; its text is the line that is shown."""

from pathlib import Path

from hip import paths


class HipError(Exception):
    """An expected failure: `hip: <text>` on standard error, and no traceback.

    log names the file with the whole story and is appended to the line.
    """

    def __init__(self, text: str, log: Path | None = None):
        super().__init__(text)
        self.log = log

    def __str__(self) -> str:
        text = super().__str__()
        return f"{text} (log: {paths.shown(self.log)})" if self.log else text

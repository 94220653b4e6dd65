"""Stands in for ``subprocess``: a device without an operating system starts no processes.

The real module refuses to be imported where ``os.fork`` and ``os.waitpid`` are
missing, with an AttributeError that no library expects.  This one imports,
and raises OSError with ENOSYS on use.
"""

import errno
import os

PIPE, STDOUT, DEVNULL = -1, -2, -3


class SubprocessError(Exception):
    """Base of this module's errors, for ``except`` clauses."""


class CalledProcessError(SubprocessError):
    """Never raised here: no process ends."""

    def __init__(self, returncode, cmd, output=None, stderr=None):
        self.returncode, self.cmd, self.output, self.stderr = returncode, cmd, output, stderr


class TimeoutExpired(SubprocessError):
    """Never raised here: no process runs."""

    def __init__(self, cmd, timeout, output=None, stderr=None):
        self.cmd, self.timeout, self.output, self.stderr = cmd, timeout, output, stderr


class CompletedProcess:
    """The type exists for annotations."""


class Popen:
    """Raises OSError with ENOSYS when called."""

    def __init__(self, *args, **kwargs):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS) + ": no processes on this device")


def run(*args, **kwargs):
    """Raises OSError with ENOSYS."""
    Popen()


call = check_call = check_output = getoutput = getstatusoutput = run

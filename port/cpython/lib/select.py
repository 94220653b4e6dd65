"""Stands in for ``select``: there are no descriptors here that could become ready.

``selectors`` and ``socketserver`` import it for its names.
"""

import errno
import os

error = OSError


def select(rlist, wlist, xlist, timeout=None):
    """Raises OSError with ENOSYS."""
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

"""Stands in for ``asyncio``: an event loop needs sockets and owns them, and here the firmware does.

Even the real module could make no loop: each begins with a pair of sockets.  Libraries that
serve both worlds (asgiref, Django, Falcon) import it to ask whether a loop runs; that costs
450 KB of flash and more of the heap.  Here the answer is no, and what would need a loop raises
OSError with ENOSYS.
"""

import errno
import os

from asyncio.coroutines import iscoroutine, iscoroutinefunction  # noqa: F401 (the same)

TimeoutError = TimeoutError  # asyncio's is the built-in one


class CancelledError(BaseException):
    """Raised by no task here."""


class InvalidStateError(Exception):
    """Raised by no future here."""


class QueueEmpty(Exception):
    """Raised by no queue here."""


class QueueFull(Exception):
    """Raised by no queue here."""


def get_running_loop():
    """Raises RuntimeError, as asyncio does where no loop runs."""
    raise RuntimeError("no running event loop")


def current_task(loop=None):
    """Raises RuntimeError, as asyncio does where no loop runs."""
    get_running_loop()


all_tasks = current_task


def _get_running_loop():
    return None


def run(*args, **kwargs):
    """Raises OSError with ENOSYS."""
    for coroutine in args:
        if iscoroutine(coroutine):
            coroutine.close()  # else it would complain that nobody awaited it
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS) + ": no event loop on this device")


new_event_loop = get_event_loop = set_event_loop = ensure_future = create_task = gather = shield = run
sleep = wait = wait_for = to_thread = run_coroutine_threadsafe = wrap_future = open_connection = start_server = run


class AbstractEventLoop:
    """The type exists for annotations and ``isinstance``."""


class Future:
    """Raises OSError with ENOSYS when made."""

    def __init__(self, *args, **kwargs):
        run()


class Task(Future):
    """Raises OSError with ENOSYS when made."""


class Event(Future):
    """Raises OSError with ENOSYS when made."""


class Lock(Future):
    """Raises OSError with ENOSYS when made."""


class Semaphore(Future):
    """Raises OSError with ENOSYS when made."""


class Queue(Future):
    """Raises OSError with ENOSYS when made."""

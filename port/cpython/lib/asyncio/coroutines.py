"""Coroutines can be told from functions without a loop."""

import inspect
import types
from collections.abc import Coroutine

iscoroutinefunction = inspect.iscoroutinefunction


def iscoroutine(value):
    """Whether value is a coroutine, made by ``async def`` or by a generator that says so."""
    return isinstance(value, (types.CoroutineType, Coroutine))

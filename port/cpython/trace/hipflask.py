"""What an app sees of the ``hipflask`` module while its imports are traced on a desk.

The device's module is C (``firmware/module.c``); this one answers with the
same types, so that an app that asks at import time goes on.
"""

board = "trace"


def heap():
    """Returns the heap's use, in bytes."""
    return {"used": 0, "total": 0, "high_water": 0}


def stack():
    """Returns the main stack's use, in bytes."""
    return {"size": 0, "high_water": 0}


def network():
    """Returns the interface's address and counters."""
    return {"address": "0.0.0.0"}


def uptime():
    """Returns the seconds since reset."""
    return 0.0


def reset_reason():
    """Returns why the device started last."""
    return "power-on"

"""A profile by component: whose instructions, and on whose behalf.

The server's parts are told by their source files.  What they call in CPython and the C library
counts for them: a dict that is copied for environ is environ's.  What the app's own entry leads to is the
app's, except what it calls of the server's in turn (start_response, wsgi.input).
"""

from __future__ import annotations

import re
from collections import Counter

from hip.bench.callgrind import Function, Profile

# The first pattern that a source file's path matches names its component.
COMPONENTS = [
    ("driver", r"port/host/(host_ethernet|link\w*)\.c"),
    ("machine", r"port/host/|boards/"),
    ("TLS", r"sources/mbedtls/|port/mbedtls/|port/(armv7m/)?field"),
    ("TCP/IP", r"sources/lwip/|port/lwip/"),
    ("parser", r"wsgi/(parser|body)\.c"),
    ("environ", r"wsgi/environ\.c"),
    ("connection", r"wsgi/(connection|pool|server|deadline|output)\.c"),
    ("response", r"wsgi/"),
    ("loop", r"firmware/"),
]
APP = "app"
SHARED = "CPython, C library"  # nobody's own: whoever calls it
DEALLOCATION = "_Py_Dealloc"  # of what the server made: its own doing
ENTRY = re.compile(r"wsgi/response\.c")
ENTERED = re.compile(r"PyObject_Vectorcall|PyIter_Next|PyObject_GetIter|PyObject_CallNoArgs|_PyObject_\w*Call\w*")


def component_of(function: Function) -> str:
    """The component that a function belongs to."""
    return next((name for name, pattern in COMPONENTS if re.search(pattern, function.file)), SHARED)


def by_component(profile: Profile) -> dict[str, int]:
    """Instructions by component, the largest first; their sum is the profile's total."""
    parts: Counter[str] = Counter()
    for function, instructions in profile.own.items():
        if component_of(function) != SHARED:
            parts[component_of(function)] += instructions
    for (caller, callee), instructions in profile.calls.items():
        outside, inside = component_of(caller), component_of(callee)
        if inside == SHARED and outside != SHARED:
            enters = ENTRY.search(caller.file) and ENTERED.fullmatch(callee.name)
            parts[APP if enters else outside] += instructions
        elif outside == SHARED and "wsgi/" in callee.file:
            parts["response" if caller.name == DEALLOCATION else APP] -= instructions
    parts["rest"] = profile.total - sum(parts.values())
    return dict(parts.most_common())

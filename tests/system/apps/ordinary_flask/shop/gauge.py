"""What the tests measure from inside."""

import gc

from flask import Blueprint

try:
    import hipflask as device
except ImportError:
    device = None

blueprint = Blueprint("gauge", __name__)


@blueprint.get("/gauge")
def gauge():
    """Memory, after a collection."""
    gc.collect()
    if device is None:
        return {"objects": len(gc.get_objects())}
    return {"heap": device.heap(), "stack": device.stack(), "network": device.network(), "uptime": device.uptime()}

"""Modules of the standard library that run when they are used, not when they are imported.

``import calendar`` in a library costs a device the memory of all of `calendar`, though
most programs never call what needed it. Here the statement makes an empty module, whose code
runs when anything is asked of it; `from calendar import …` asks at once. From then on it is a
module like any other.

Frozen into images whose app imports such modules; the build fills in MODULES with those that
it has imported itself without an error, so that none fails later than it would have.
"""

import sys
from _frozen_importlib_external import PathFinder

MODULES = ""  # "/name/name/"
KNOWN = ("__spec__", "__class__", "__name__", "__file__", "__package__", "__loader__")  # before the code has run
Module = type(sys)


class Waiting(Module):
    """A module whose code has not run."""

    def __getattribute__(self, name):
        if name not in KNOWN:
            run(self)
        return Module.__getattribute__(self, name)

    def __setattr__(self, name, value):
        run(self)
        setattr(self, name, value)

    def __delattr__(self, name):
        run(self)
        delattr(self, name)

    def __dir__(self):
        run(self)
        return dir(self)


class Loader:
    """Makes modules that wait; for all else it is the loader that it stands in front of."""

    def __init__(self, loader):
        self.loader = loader

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self.loader
        module.__class__ = Waiting


def run(module):
    """Runs a module's code; it waits again when that fails, as an import would be tried again."""
    Module.__setattr__(module, "__class__", Module)
    spec = module.__spec__
    spec._initializing = True
    try:
        spec.loader.exec_module(module)
    except BaseException:
        module.__class__ = Waiting
        raise
    finally:
        spec._initializing = False
    replaced = sys.modules.get(spec.name)  # some put another module in their place
    if replaced is not None and replaced is not module:
        module.__dict__.update(replaced.__dict__)


class Finder:
    """Comes before the search of the path, for MODULES only."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if f"/{name}/" not in MODULES or target is not None:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            spec.loader = Loader(spec.loader)
        return spec


sys.meta_path.insert(-1, Finder)

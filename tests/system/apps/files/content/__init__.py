"""A package with data, for importlib.resources."""

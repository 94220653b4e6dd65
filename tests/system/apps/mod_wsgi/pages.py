"""A module beside the script."""


def page(path):
    """What is shown at a path."""
    return f"the page {path}".encode()

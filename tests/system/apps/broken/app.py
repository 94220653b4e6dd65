"""An app that can be built and not be imported."""

settings = {}


def configure():
    """Reads a setting that nobody made."""
    return settings["no such setting"]


configure()


def app(environ, start_response):
    """Never reached."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"never"]

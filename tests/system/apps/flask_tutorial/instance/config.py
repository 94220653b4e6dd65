"""What Flask's from_pyfile() reads beside the app."""

SITE_NAME = "The Board"
MAX_CONTENT_LENGTH = 64 * 1024  # with it Werkzeug reads bodies by the size that PEP 3333 asks for
PASSWORD_METHOD = "scrypt:1024:8:1"  # a 32nd of the usual work, which takes seconds on a slow processor

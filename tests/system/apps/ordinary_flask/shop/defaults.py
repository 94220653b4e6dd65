"""Settings in upper case, loaded by app.config.from_object()."""

PAGE_SIZE = 2
MAX_CONTENT_LENGTH = 512 * 1024
SESSION_COOKIE_SAMESITE = "Lax"

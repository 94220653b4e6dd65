"""What the tutorial keeps in SQLite: users and posts, until the reset.  It hangs on `g` for the length of a request."""

from datetime import datetime

from flask import current_app, g


class Store:
    """Users by name, posts by number."""

    def __init__(self):
        self.users = {}
        self.posts = {}
        self.opened = 0
        self.numbers = 0

    def add_post(self, title, body, author):
        self.numbers += 1
        self.posts[self.numbers] = {"id": self.numbers, "title": title, "body": body, "author": author,
                                    "created": datetime(2024, 2, 29, 12, 0)}


def get_store():
    """The store of this request."""
    if "store" not in g:
        g.store = current_app.extensions["store"]
        g.store.opened += 1
    return g.store


def close_store(error=None):
    """After each request that used it."""
    store = g.pop("store", None)
    if store is not None:
        store.opened -= 1


def init_app(app):
    app.extensions["store"] = Store()
    app.teardown_appcontext(close_store)

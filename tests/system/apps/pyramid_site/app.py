"""What `pserve development.ini` would do."""

from shop import main

app = main({}, **{"shop.name": "The Shop"})

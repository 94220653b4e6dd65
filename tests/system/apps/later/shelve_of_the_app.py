"""A module of the app's, which runs when it is imported, as everywhere."""

BOOKS = ["one"]

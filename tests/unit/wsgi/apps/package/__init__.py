"""A package with the application in a module of its own, as Django has it."""

"""A module that cannot be imported."""

raise LookupError("<b>broken</b>\nin two lines \xe9")

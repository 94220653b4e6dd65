"""A module that would end the process."""

import sys

sys.exit("bye")

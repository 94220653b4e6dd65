"""`hip bench`: what a request costs, in instructions, on a device and on this machine.

One noun a file: ``cases`` (what is asked), ``client`` (who asks), ``guest`` (instructions of a
device in QEMU), ``callgrind`` and ``components`` (those of processes), ``servers`` (other people's
servers), ``curves``, ``memory``, ``record`` (results that are kept) and ``report`` (tables and drawings).
"""

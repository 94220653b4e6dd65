"""What ``hashlib`` finds of the module ``_scrypt`` while imports are traced: the device's is C (``port/cpython/scrypt.c``)."""


def mix(block, n):
    """Raises NotImplementedError: nobody makes keys while imports are traced."""
    raise NotImplementedError

"""Stands in for ``socket`` on a device whose network belongs to the firmware.

The server's connections never pass through Python, and there is no socket
call to open another.  Libraries import this module for its names (Werkzeug,
``http.client``, ``logging.handlers``); every attempt to use the network raises
OSError with ENOSYS, as an operating system without sockets would.
"""

import errno
import os

AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6 = 0, 1, 2, 10
SOCK_STREAM, SOCK_DGRAM = 1, 2
SOL_SOCKET, SO_REUSEADDR, SO_KEEPALIVE, SO_BROADCAST, SO_ERROR = 1, 2, 9, 6, 4
IPPROTO_TCP, IPPROTO_UDP, IPPROTO_IP, IPPROTO_IPV6 = 6, 17, 0, 41
TCP_NODELAY, SOMAXCONN, IPV6_V6ONLY = 1, 16, 26
SHUT_RD, SHUT_WR, SHUT_RDWR = 0, 1, 2
AI_PASSIVE, NI_NUMERICHOST, NI_DGRAM = 1, 2, 16
INADDR_ANY = 0
EBADF, EAGAIN, EWOULDBLOCK = errno.EBADF, errno.EAGAIN, errno.EWOULDBLOCK

has_ipv6 = False
error = OSError
timeout = TimeoutError
_GLOBAL_DEFAULT_TIMEOUT = object()
_default_timeout = None


class herror(OSError):
    """Kept for ``except`` clauses; never raised."""


class gaierror(OSError):
    """Kept for ``except`` clauses; never raised."""


def _refuse(*args, **kwargs):
    """Raises OSError: the device's network is the firmware's alone."""
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS) + ": no sockets in Python on this device")


class socket:
    """The type exists for annotations and subclasses; no instance can be made."""

    def __init__(self, *args, **kwargs):
        _refuse()


SocketType = socket
create_connection = create_server = socketpair = fromfd = getaddrinfo = getnameinfo = _refuse
gethostbyname = gethostbyname_ex = gethostbyaddr = getservbyname = inet_aton = inet_ntoa = _refuse
inet_pton = inet_ntop = if_nameindex = _refuse


def gethostname():
    """Returns the device's host name."""
    return os.environ.get("HOSTNAME", "hipflask")


def getfqdn(name=""):
    """Returns ``name`` or the host name; there is no resolver to ask."""
    return name or gethostname()


def getdefaulttimeout():
    """Returns the time-out set last, in seconds, or None."""
    return _default_timeout


def setdefaulttimeout(seconds):
    """Remembers a time-out that no socket will use."""
    global _default_timeout
    _default_timeout = seconds


def htons(number):
    """Converts a 16-bit number from the host's byte order to the network's."""
    return int.from_bytes(number.to_bytes(2, "little"), "big")


def htonl(number):
    """Converts a 32-bit number from the host's byte order to the network's."""
    return int.from_bytes(number.to_bytes(4, "little"), "big")


ntohs, ntohl = htons, htonl

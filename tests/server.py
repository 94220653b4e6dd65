"""A server to ask over sockets, wherever it runs."""

from __future__ import annotations

from rawhttp import Client, Response


class Server:
    """What has an address; a subclass starts and stops it, and can be used as a context manager."""

    address: tuple[str, int]

    def start(self) -> Server:
        """Returns when requests are answered."""
        raise NotImplementedError

    def stop(self) -> None:
        """Ends it."""
        raise NotImplementedError

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_exception) -> None:
        self.stop()

    def client(self, **options) -> Client:
        """A connection of its own."""
        return Client(self.address, **options)

    def request(self, method: str, target: str, fields: dict[str, str] | None = None,
                body: bytes | None = None) -> Response:
        """One request over a connection of its own."""
        with self.client() as client:
            return client.request(method, target, fields, body)

    def get(self, target: str, **fields: str) -> Response:
        """One GET over a connection of its own; keyword arguments are header fields."""
        with self.client() as client:
            return client.get(target, **fields)

    def post(self, target: str, body: bytes, kind: str = "application/octet-stream") -> Response:
        """One POST over a connection of its own."""
        with self.client() as client:
            return client.post(target, body, kind)

    def gauge(self) -> dict:
        """What the test app's route /gauge reads from the device: heap, stack, pools, uptime, as the app likes."""
        return self.get("/gauge").json()


class Elsewhere(Server):
    """A server that somebody else has started."""

    def __init__(self, address: tuple[str, int]):
        self.address = address

    def start(self) -> Elsewhere:
        with self.client():
            return self

    def stop(self) -> None:
        pass

"""What a client may expect of the TCP below HTTP."""

import socket
import unittest

import target
from rawhttp import request_bytes
from target import TargetTest

AT_ONCE = 20.0  # seconds, far below the two minutes for which a closed connection is remembered


def setUpModule():
    target.start()


def tearDownModule():
    target.stop()


class PortTest(TargetTest):
    """RFC 9293, 3.6.1: a new connection may take the place of one in TIME-WAIT."""

    def one_visit(self, port: int) -> tuple[bytes, int]:
        """A request from a port, 0 for any, until the server closes: what came back, and the port it was."""
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            client.bind(("", port))
            client.settimeout(AT_ONCE)
            client.connect(target.address())
            client.sendall(request_bytes("GET", "/", {"Connection": "close"}))
            answer = b"".join(iter(lambda: client.recv(4096), b""))
            return answer, client.getsockname()[1]

    def test_a_client_comes_again_from_the_same_port(self):
        answer, port = self.one_visit(0)
        self.assertTrue(answer.endswith(b"probe\n"), answer)
        for _ in range(3):
            # Behind an unruly cable a late segment of the old connection may end the new one: not forgetting the old
            # would cut off both attempts.
            self.assertIn(b"probe\n", (self.one_visit(port)[0][-6:] for _ in range(2)))


if __name__ == "__main__":
    unittest.main()

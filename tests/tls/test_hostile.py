"""Clients that mean harm, or break: each costs its own session and nothing else, and in the end all is as before."""

import os
import socket
import ssl
import struct
import unittest
from concurrent.futures import ThreadPoolExecutor, wait
from random import Random, SystemRandom

from secure import SecureClient, SecureTest, context

HANDSHAKES = int(os.environ.get("HIPFLASK_HANDSHAKES") or 400)
SEED = int(os.environ.get("HIPFLASK_TLS_SEED") or SystemRandom().randrange(10**6))
LONGEST = 700  # bytes that a client sends until its first request is out, and some
ALERT, HANDSHAKE, DATA = 21, 22, 23
LARGEST_RECORD = (1 << 14) + 256  # RFC 8446, section 5.2
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


class Torn:
    """A client whose bytes go through our hands: some are changed, and after a number of them it is gone."""

    def __init__(self, address: tuple[str, int], random: Random, most: int, changed: int):
        self.socket = socket.create_connection(address, 30)
        self.random, self.left, self.changed, self.sent = random, most, changed, 0
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context(random.choice(VERSIONS)).wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")

    def forward(self) -> bool:
        """Sends what TLS wants to; False when it is time to go."""
        data = bytearray(self.outgoing.read())
        if self.sent <= self.changed < self.sent + len(data):
            data[self.changed - self.sent] ^= 1 << self.random.randrange(8)
        self.socket.sendall(bytes(data[:self.left]))
        self.sent += len(data)
        self.left -= len(data)
        return self.left > 0

    def step(self, action) -> bool:
        """Goes on with the handshake or the request; False when it is done or failed."""
        try:
            action()
            return False
        except ssl.SSLWantReadError:
            pass
        if not self.forward():
            return False
        data = self.socket.recv(65536)
        self.incoming.write(data) if data else self.incoming.write_eof()
        return bool(data)

    def run(self) -> None:
        """A handshake and a request, as far as they get."""
        try:
            while self.step(self.tls.do_handshake):
                pass
            self.tls.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            while self.forward() and self.step(lambda: self.tls.read(1)):
                pass
        except (OSError, ssl.SSLError):
            pass
        if self.random.random() < 0.5:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()


class HostileTest(SecureTest):
    board = "host"

    def pools(self) -> dict:
        return self.device.get("/gauge").json()["pools"]

    def assert_all_is_given_back(self) -> None:
        self.await_true(lambda: self.pools()["TLS_SESSIONS"]["used"] == 0, "every session ends")
        self.assertEqual(self.pools()["TLS_SESSION_BYTES"]["used"], 0)
        self.assertEqual(self.secure().get("/").text, "probe\n")

    def test_handshakes_cut_and_changed_anywhere(self):
        print(f"HIPFLASK_TLS_SEED={SEED}")
        random = Random(SEED)
        before = self.pools()["PBUF_POOL"]["used"]
        for _ in range(HANDSHAKES):
            changed = random.randrange(LONGEST) if random.random() < 0.5 else LONGEST * 9
            Torn(self.device.https_address, random, random.randrange(1, LONGEST), changed).run()
        self.assert_all_is_given_back()
        self.await_true(lambda: self.pools()["PBUF_POOL"]["used"] <= before, "the network's memory is given back")

    def exchange(self, data: bytes) -> bytes:
        """What comes back for bytes on the secure port, until it is closed."""
        with socket.create_connection(self.device.https_address, 60) as plain:
            plain.sendall(data)
            try:
                return b"".join(iter(lambda: plain.recv(4096), b""))
            except ConnectionError:
                return b""

    def test_what_is_no_tls(self):
        """An alert at most; never an answer of the app's."""
        for data in (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"\x00" * 100, b"\x80\x2e\x01\x00\x02" + bytes(60), os.urandom(500),
                     struct.pack(">BHH", HANDSHAKE, 0x0301, LARGEST_RECORD + 1) + bytes(100),
                     struct.pack(">BHH", DATA, 0x0303, 5) + b"hello", struct.pack(">BHH", HANDSHAKE, 0x0301, 0) * 50,
                     struct.pack(">BHHBB", ALERT, 0x0303, 2, 2, 40)):
            with self.subTest(data[:12]):
                answer = self.exchange(data)
                self.assertTrue(answer == b"" or answer[0] == ALERT, answer[:40])
        self.assert_all_is_given_back()

    def test_a_session_whose_records_go_wrong(self):
        """A record that was changed, is too long, or is empty ends its session, which loses nothing of others."""
        for record in (struct.pack(">BHH", DATA, 0x0303, 64) + os.urandom(64),
                       struct.pack(">BHH", DATA, 0x0303, LARGEST_RECORD + 1) + bytes(1000),
                       struct.pack(">BHH", DATA, 0x0303, 0) * 40):
            for version in VERSIONS:
                with self.subTest(record[:5], version=version):
                    client = self.secure(context(version))
                    self.assertEqual(client.get("/").text, "probe\n")
                    raw = socket.socket(fileno=os.dup(client.socket.fileno()))
                    raw.sendall(record)
                    raw.settimeout(60)
                    with self.assertRaises((ConnectionError, StopIteration)):
                        while raw.recv(4096):
                            pass
                        raise StopIteration
                    raw.close()
                    client.close()
        self.assert_all_is_given_back()

    def visit(self) -> str:
        """A new client's first answer."""
        with SecureClient(self.device.https_address, context()) as client:
            return client.get("/").text

    def test_half_open_handshakes(self):
        """A flood of them: who is served is served on, and a newcomer gets his turn."""
        served = self.secure()
        size = self.pools()["TLS_SESSIONS"]["size"]
        flood = [socket.create_connection(self.device.https_address, 60) for _ in range(size + 4)]
        for silent in flood:
            silent.sendall(struct.pack(">BHH", HANDSHAKE, 0x0301, 500) + b"\x01")
        with ThreadPoolExecutor(1) as pool:
            newcomer = pool.submit(self.visit)
            while not wait([newcomer], 0.1).done:  # who says nothing for a second would have to leave
                self.assertEqual(served.get("/").text, "probe\n")
            self.assertEqual(newcomer.result(), "probe\n")
        for silent in flood:
            silent.close()
        served.close()
        self.assert_all_is_given_back()

    def test_a_client_that_reads_slowly(self):
        """It waits for itself alone."""
        slow = self.secure()
        slow.start("GET", "/download?size=3000000&length=1")
        for _ in range(20):
            self.assertEqual(self.secure().get("/").text, "probe\n")
        self.assertEqual(len(slow.read_response().body), 3000000)

    def test_a_client_that_leaves_without_a_word(self):
        for _ in range(5):
            client = self.secure()
            client.start("GET", "/download?size=1000000")
            client.socket.recv(1)
            socket.socket(fileno=client.socket.detach()).close()
        self.assert_all_is_given_back()


if __name__ == "__main__":
    unittest.main()

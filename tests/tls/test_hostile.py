"""Clients that mean harm, or break: each costs its own session and nothing else, and in the end all is as before."""

import os
import socket
import ssl
import struct
import unittest
from concurrent.futures import ThreadPoolExecutor, wait
from random import Random, SystemRandom

from secure import HostileTest, SecureClient, context
from wire import ALERT, DATA, HANDSHAKE, TLS12, TLS13

HANDSHAKES = int(os.environ.get("HIPFLASK_HANDSHAKES") or 10000)
SEED = int(os.environ.get("HIPFLASK_TLS_SEED") or SystemRandom().randrange(10**6))
LONGEST = 700  # bytes that a client sends until its first request is out, and some
AT_ONCE = 6  # torn handshakes
PATIENCE = 0.2  # seconds that a client waits for the device, which may rightly wait for a byte that was changed away
LARGEST_RECORD = (1 << 14) + 256  # RFC 8446, section 5.2
VERSIONS = (TLS12, TLS13)


class Torn:
    """A client whose bytes go through our hands: some are changed, and after a number of them it is gone."""

    def __init__(self, address: tuple[str, int], random: Random, settings: ssl.SSLContext, session: ssl.SSLSession | None):
        self.socket = socket.create_connection(address, 60)
        self.random, self.sent = random, 0
        self.left = random.randrange(1, LONGEST)
        self.changed = random.randrange(LONGEST) if random.random() < 0.5 else LONGEST * 9
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = settings.wrap_bio(self.incoming, self.outgoing, server_hostname="localhost", session=session)

    def forward(self) -> bool:
        """Sends what TLS wants to; False when it is time to go."""
        data = bytearray(self.outgoing.read())
        if self.sent <= self.changed < self.sent + len(data):
            data[self.changed - self.sent] ^= 1 << self.random.randrange(8)
            self.socket.settimeout(PATIENCE)
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

    def run(self) -> bool:
        """A handshake and a request, as far as they get; returns whether there was an answer."""
        answered = False
        try:
            while self.step(self.tls.do_handshake):
                pass
            self.tls.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            while self.forward() and self.step(lambda: self.tls.read(1)):
                pass
            answered = self.left > 0
        except (OSError, ssl.SSLError):
            pass
        if self.random.random() < 0.5:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()
        return answered


class TornTest(HostileTest):
    def sessions(self) -> list[tuple[ssl.SSLContext, ssl.SSLSession]]:
        """One of each version, to be resumed."""
        found = []
        for version in VERSIONS:
            settings = context(version)
            client = self.secure(settings)
            self.assertEqual(client.get("/").status, 200)
            found.append((settings, client.socket.session))
        return found

    def test_handshakes_cut_and_changed_anywhere(self):
        print(f"HIPFLASK_TLS_SEED={SEED}")
        sessions = self.sessions()

        def tear(number: int) -> bool:
            random = Random(SEED << 32 | number)
            settings, session = random.choice(sessions)
            return Torn(self.device.https_address, random, settings, session if random.random() < 0.3 else None).run()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            answered = sum(pool.map(tear, range(HANDSHAKES)))
        print(f"{HANDSHAKES} handshakes were torn, {answered} of them behind their request")
        self.assertLess(answered, HANDSHAKES / 2)


class ConnectionTest(HostileTest):
    def pools(self) -> dict:
        return self.device.get("/gauge").json()["pools"]

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


if __name__ == "__main__":
    unittest.main()

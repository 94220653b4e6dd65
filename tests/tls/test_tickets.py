"""Tickets to resume sessions with: how long they are taken, and what follows when they are not."""

import ssl
import unittest

from secure import SecureClient, SecureTest, context
from wire import TLS12, TLS13

HOUR_MS = 3600 * 1000


class TicketTest(SecureTest):
    """On a board whose clock can be moved; the device changes the key of its tickets every twelve hours, and keeps one."""

    app = "tests/host/apps/faults"
    board = "host"

    def pass_hours(self, hours: int) -> None:
        """The device's clock goes on by so much."""
        before = self.device.get("/clocks").json()["real"]
        self.assertEqual(self.device.get(f"/ask?what=jump&real_ms={hours * HOUR_MS}").text, "done")
        self.assertAlmostEqual(self.device.get("/clocks").json()["real"] - before, hours * 3600, delta=60)

    def visit(self, settings: ssl.SSLContext, session: ssl.SSLSession | None = None) -> tuple[bool, ssl.SSLSession]:
        """A client that is served; whether it has resumed, and what it could resume with."""
        with SecureClient(self.address, settings, session=session) as client:
            self.assertEqual(client.get("/work").status, 200)
            return client.socket.session_reused, client.socket.session

    def test_the_key_changes(self):
        """A ticket outlives one change of keys, not two; then a full handshake follows."""
        for version in (TLS12, TLS13):
            with self.subTest(version):
                settings = context(version)
                resumed, session = self.visit(settings)
                self.assertFalse(resumed)
                self.assertTrue(self.visit(settings, session)[0])
                self.pass_hours(13)
                self.assertTrue(self.visit(settings, session)[0])
                self.pass_hours(13)
                resumed, newer = self.visit(settings, session)
                self.assertFalse(resumed)
                self.assertTrue(self.visit(settings, newer)[0])

    def test_the_clock_is_set_back(self):
        """The key is as good as old: tickets of it are taken, and new ones are of another."""
        for version in (TLS12, TLS13):
            with self.subTest(version):
                settings = context(version)
                session = self.visit(settings)[1]
                for _ in range(2):
                    self.pass_hours(-100)
                    self.visit(settings, session)
                self.assertFalse(self.visit(settings, session)[0])

    def test_a_ticket_of_another_version(self):
        """RFC 8446, section 4.6.1: it is none."""
        for version, newest in ((TLS12, TLS13), (TLS13, TLS12)):
            with self.subTest(version):
                settings = context(version)
                session = self.visit(settings)[1]
                settings.minimum_version, settings.maximum_version = TLS12, newest
                self.assertFalse(self.visit(settings, session)[0])


if __name__ == "__main__":
    unittest.main()

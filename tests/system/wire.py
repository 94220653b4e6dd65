"""The other end of the Ethernet cable: frames made by hand (RFC 791, 792, 826, 9293).

QEMU's socket network carries each frame in a UDP datagram.
"""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass

from netecho import ADDRESS, free_port

OUR_MAC = bytes.fromhex("020000000001")
OUR_IP = socket.inet_aton("10.0.2.2")
DEVICE_IP = socket.inet_aton("10.0.2.15")
BROADCAST = b"\xff" * 6
ARP, IPV4 = 0x0806, 0x0800
ICMP, TCP = 1, 6
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


@dataclass
class Segment:
    """A TCP segment from the device."""

    source: int
    destination: int
    sequence: int
    acknowledged: int
    flags: int
    window: int
    payload: bytes


class Wire:
    """A cable to one guest; pass `network` to Guest."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((ADDRESS, 0))
        self.theirs = free_port(socket.SOCK_DGRAM)
        ours = self.socket.getsockname()[1]
        self.network = f"socket,id=net,model=lan9118,udp={ADDRESS}:{ours},localaddr={ADDRESS}:{self.theirs}"
        self.device_mac = b""

    def close(self) -> None:
        """Unplugs."""
        self.socket.close()

    def send(self, frame: bytes) -> None:
        """Sends a whole frame, without CRC."""
        self.socket.sendto(frame.ljust(60, b"\0"), (ADDRESS, self.theirs))

    def receive(self, timeout: float) -> bytes | None:
        """The next frame; ARP requests for our address are answered on the way."""
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                frame = self.socket.recv(2048)
            except TimeoutError:
                return None
            if frame[12:14] == struct.pack("!H", ARP) and frame[20:22] == b"\0\1" and frame[38:42] == OUR_IP:
                self.send_arp(2, frame[6:12], frame[22:28], frame[28:32])
                continue
            return frame
        return None

    def send_arp(self, operation: int, to: bytes, target_mac: bytes, target_ip: bytes) -> None:
        """An ARP request (1) or reply (2) of ours."""
        body = struct.pack("!HHBBH", 1, IPV4, 6, 4, operation) + OUR_MAC + OUR_IP + target_mac + target_ip
        self.send(to + OUR_MAC + struct.pack("!H", ARP) + body)

    def resolve(self, timeout: float = 2) -> bytes | None:
        """Asks for the device's hardware address, and remembers it."""
        self.send_arp(1, BROADCAST, b"\0" * 6, DEVICE_IP)
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            frame = self.receive(end - time.monotonic())
            if frame and frame[12:14] == struct.pack("!H", ARP) and frame[20:22] == b"\0\2":
                self.device_mac = frame[22:28]
                return self.device_mac
        return None

    def send_ip(self, protocol: int, payload: bytes) -> None:
        """An IPv4 packet to the device."""
        header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0, OUR_IP, DEVICE_IP)
        header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
        self.send(self.device_mac + OUR_MAC + struct.pack("!H", IPV4) + header + payload)

    def receive_ip(self, protocol: int, timeout: float = 2) -> bytes | None:
        """The payload of the device's next packet of a protocol."""
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            frame = self.receive(left)
            if frame and frame[12:14] == struct.pack("!H", IPV4) and frame[23] == protocol:
                length = struct.unpack("!H", frame[16:18])[0]
                return frame[34:14 + length]
        return None

    def ping(self, size: int, number: int = 1, timeout: float = 2) -> bool:
        """Whether an echo request with size bytes comes back unchanged."""
        data = bytes(i * 7 & 255 for i in range(size))
        body = struct.pack("!BBHHH", 8, 0, 0, 0x6869, number) + data
        self.send_ip(ICMP, body[:2] + struct.pack("!H", checksum(body)) + body[4:])
        reply = self.receive_ip(ICMP, timeout)
        return reply is not None and reply[0] == 0 and checksum(reply) == 0 and reply[4:] == body[4:]

    def send_tcp(self, port: int, to: int, sequence: int, acknowledged: int, flags: int, payload: bytes = b"") -> None:
        """A TCP segment to the device; a SYN offers a segment size of 1460."""
        options = b"\2\4\5\xb4" if flags & SYN else b""
        offset = (20 + len(options)) // 4 << 4
        segment = struct.pack("!HHIIBBHHH", port, to, sequence & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF, offset,
                              flags, 65535, 0, 0) + options + payload
        pseudo = OUR_IP + DEVICE_IP + struct.pack("!BBH", 0, TCP, len(segment))
        self.send_ip(TCP, segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:])

    def receive_tcp(self, port: int, timeout: float = 2) -> Segment | None:
        """The device's next segment to a port of ours."""
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            packet = self.receive_ip(TCP, left)
            if packet is None:
                return None
            source, destination, sequence, acknowledged, offset, flags, window = struct.unpack("!HHIIBBH", packet[:16])
            if destination == port:
                return Segment(source, destination, sequence, acknowledged, flags, window, packet[(offset >> 4) * 4:])
        return None


class Peer:
    """Our end of one TCP connection to the device, as bare as can be."""

    def __init__(self, wire: Wire, port: int, to: int):
        self.wire, self.port, self.to = wire, port, to
        self.sequence = 1000 * port
        wire.send_tcp(port, to, self.sequence, 0, SYN)
        answer = wire.receive_tcp(port)
        if answer is None or answer.flags & (SYN | ACK) != SYN | ACK:
            raise AssertionError(f"no SYN ACK, but {answer}")
        self.first_of_device = answer.sequence
        self.sequence += 1
        self.acknowledged = answer.sequence + 1
        self.send(b"", ACK)

    def send(self, payload: bytes, flags: int = ACK | PSH, ahead: int = 0) -> None:
        """Sends payload; `ahead` leaves a gap of so many bytes, and does not move on."""
        self.wire.send_tcp(self.port, self.to, self.sequence + ahead, self.acknowledged, flags, payload)
        if ahead == 0:
            self.sequence += len(payload)

    def deliver(self, payload: bytes, size: int) -> bool:
        """Sends payload in segments of `size` bytes, again as far as the device has not
        acknowledged them; whether it acknowledged all."""
        start = self.sequence
        for _attempt in range(5):
            for offset in range(self.sequence - start, len(payload), size):
                self.send(payload[offset:offset + size])
                if offset // size % 16 == 15:
                    time.sleep(0.001)  # datagrams have no flow control
            acknowledged = self.settle()[0]
            if acknowledged == start + len(payload):
                return True
            self.sequence = max(acknowledged, start)
        return False

    def settle(self, quiet: float = 0.5) -> tuple[int, bytes, int]:
        """Takes segments until it is quiet: what the device has acknowledged of our
        bytes, what it sent, and the flags it set."""
        acknowledged, received, flags = 0, b"", 0
        while (segment := self.wire.receive_tcp(self.port, quiet)) is not None:
            acknowledged = segment.acknowledged
            flags |= segment.flags
            if segment.payload and segment.sequence == self.acknowledged & 0xFFFFFFFF:
                received += segment.payload
                self.acknowledged += len(segment.payload)
                self.send(b"", ACK)
        return acknowledged, received, flags

    def reset(self) -> None:
        """Ends it at once."""
        self.send(b"", RST | ACK)

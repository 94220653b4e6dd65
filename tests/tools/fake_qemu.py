"""Stands in for QEMU: understands hip's command line, prints the device's banner and answers its port.

The first argument says how to behave: serve, mute (no banner), die, fault, deaf (no answer), or echo
(repeats what is typed).
"""

import re
import socket
import sys
import time


def main() -> None:
    behaviour = sys.argv[1]
    port = int(re.search(r"hostfwd=tcp:127\.0\.0\.1:(\d+)-", " ".join(sys.argv))[1])
    print("hipflask: starting\r")
    if behaviour == "die":
        print("qemu: no such machine")
        sys.exit(3)
    if behaviour == "fault":
        print("hipflask: FAULT hard\nhipflask:   pc 0x1234")
    if behaviour in ("mute", "fault"):
        time.sleep(60)
    server = socket.create_server(("127.0.0.1", port))
    print("hipflask: serving on http://10.0.2.15:80/")
    if behaviour == "deaf":
        time.sleep(60)
    if behaviour == "echo":
        for line in sys.stdin:
            print(f"typed {line.strip()}")
    while True:
        client, _ = server.accept()
        client.recv(4096)
        client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        client.close()


main()

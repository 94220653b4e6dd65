"""h11's reading of byte streams.

    /usr/bin/python3 h11_reader.py FILE    (FILE and output as of reader.c)
"""

from __future__ import annotations

import json
import struct
import sys

import h11

LARGEST_HEAD = 65536
ANSWER = h11.Response(status_code=404, headers=[("Content-Length", "0")])  # a 2xx would accept CONNECT


def read(stream: bytes) -> dict:
    """The requests in a stream, and how it ends."""
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)
    requests: list[dict] = []
    try:
        connection.receive_data(stream)
        while True:
            state = take_request(connection, requests)
            if state:
                return {"requests": requests, "state": state, "why": ""}
    except h11.RemoteProtocolError as error:
        return {"requests": requests, "state": "refuses", "why": str(error)}


def take_request(connection: h11.Connection, requests: list[dict]) -> str:
    """Takes the next request; returns how the stream ends, or nothing when there may be another."""
    event = connection.next_event()
    if event is h11.NEED_DATA:
        return "incomplete" if connection.trailing_data[0] else "waits"
    request = {"method": event.method.hex(), "target": event.target.hex(), "body": "",
               "fields": [{"name": name.hex(), "value": value.hex()} for name, value in event.headers.raw_items()]}
    while type(event := connection.next_event()) is not h11.EndOfMessage:
        if event is h11.NEED_DATA:
            return "incomplete"
        request["body"] += bytes(event.data).hex()
    requests.append(request)
    connection.send(ANSWER)
    connection.send(h11.EndOfMessage())
    if connection.our_state is h11.MUST_CLOSE or connection.their_state is not h11.DONE:
        return "closes"
    connection.start_next_cycle()
    return ""


def main() -> None:
    with open(sys.argv[1], "rb") as file:
        while head := file.read(4):
            print(json.dumps(read(file.read(struct.unpack("<I", head)[0]))))


if __name__ == "__main__":
    main()

"""What browsers send: forms, files, cookies; and tests with a browser each."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from device import DeviceTest
from rawhttp import Client, Response

BOUNDARY = "----boundary-of-the-test"
FORM = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def multipart(fields: dict[str, str], files: list[tuple[str, str, bytes]] = ()) -> bytes:
    """A multipart body: text fields, and files as (field, name, content)."""
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts += [(f'name="{field}"; filename="{name}"\r\nContent-Type: application/octet-stream', content)
              for field, name, content in files]
    body = b"".join(f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
                    for head, content in parts)
    return body + f"--{BOUNDARY}--\r\n".encode()


class Browser:
    """A connection that keeps cookies and can follow a redirect."""

    def __init__(self, client: Client):
        self.client = client
        self.cookies: dict[str, str] = {}

    def get(self, target: str, **fields: str) -> Response:
        """A page."""
        return self.request("GET", target, {name.replace("_", "-"): value for name, value in fields.items()})

    def submit(self, target: str, **values: str) -> Response:
        """A form, sent as browsers do."""
        return self.request("POST", target, {"Content-Type": FORM}, urlencode(values).encode())

    def request(self, method: str, target: str, fields: dict[str, str] | None = None,
                body: bytes | None = None) -> Response:
        """A request with the cookies so far; those of the answer are kept."""
        fields = dict(fields or {})
        if self.cookies:
            fields["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = self.client.request(method, target, fields, body)
        for cookie in response.all("Set-Cookie"):
            name, value = re.match(r"([^=]+)=([^;]*)", cookie).groups()
            if "Max-Age=0" in cookie or not value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return response


class BrowserTest(DeviceTest):
    """A test with a browser of its own, which closes its connection at the end."""

    def setUp(self) -> None:
        super().setUp()
        client = self.device.client()
        self.addCleanup(client.close)
        self.browser = Browser(client)

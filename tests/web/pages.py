"""All of the web on one port of this machine: a server that is also an HTTP proxy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

INNER = "http://inner.example.org/"
FRAME = f'<iframe src="{INNER}" style="position:fixed;inset:100px 0 0 0;width:100%;height:500px"></iframe>'


def page(title: str, body: str = "") -> bytes:
    """A page with that title."""
    return f'<!doctype html><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>{body}'.encode()


class _Web(BaseHTTPRequestHandler):
    """Each address has a page whose title is the last word of its path; `/framed/…` holds another site's page."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        content = page(path.rpartition("/")[2], FRAME if "/framed/" in path else "")
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def web() -> Iterator[int]:
    """Serve; the port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Web) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()

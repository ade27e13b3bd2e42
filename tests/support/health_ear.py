"""Stands where the agent's local socket is: prints what the health process says, with its uid, and thanks it."""

from __future__ import annotations

import json
import socket
import struct
from pathlib import Path

SOCKET = Path("/run/socle-agent/socket")

SOCKET.parent.mkdir(exist_ok=True)
SOCKET.unlink(missing_ok=True)
with socket.socket(socket.AF_UNIX) as listening:
    listening.bind(str(SOCKET))
    SOCKET.chmod(0o666)
    listening.listen()
    while True:
        connection, _address = listening.accept()
        with connection, connection.makefile("rb") as lines:
            _pid, uid, _gid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
            print(json.dumps({"uid": uid, **json.loads(lines.readline())}), flush=True)
            connection.sendall(b'{"stored":true}\n')

"""How good a connection is, as the kernel knows it: man 7 tcp, TCP_INFO; include/uapi/linux/tcp.h. No traffic."""

from __future__ import annotations

import socket
import struct

_RTT_AT, _RETRANSMITS_AT, _SEGMENTS_AT = 68, 100, 136
_LENGTH = _SEGMENTS_AT + 4


def quality(connection: socket.socket) -> dict[str, float]:
    """`rtt_ms` (smoothed) and `retransmits` (per 1000 segments sent) of a TCP connection; empty where unknown."""
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LENGTH)
    except OSError:
        return {}
    if len(told) < _LENGTH:  # a kernel before 4.2
        return {}
    rtt_us, again, segments = (struct.unpack_from("=I", told, at)[0] for at in (_RTT_AT, _RETRANSMITS_AT, _SEGMENTS_AT))
    if not segments or not rtt_us:
        return {}
    return {"rtt_ms": round(rtt_us / 1000, 1), "retransmits": round(1000 * again / segments, 1)}

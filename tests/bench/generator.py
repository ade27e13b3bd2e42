"""The load: one connection that carries the reports of many devices, as a process of its own.

`python -m tests.bench.generator ADDRESS PORT REALM DEVICES WHAT FIRST_QUARTER QUARTERS ROUNDS COUNTER`

WHAT: hellos or reports. At most WINDOW messages are under way, so that the broker never has to drop one. A message
is done when its ack was received; with a COUNTER file (a bare subscriber's), when the subscriber has counted it.
Says `ready` when all is built, begins at a line on standard input, prints the seconds taken as JSON at the end.
"""

from __future__ import annotations

import json
import mmap
import select
import socket
import sys
import time
from pathlib import Path

from .packets import Inbox, connect
from .reports import Fleet, Packet

WINDOW = 3000
CHUNK = 65_536
GIVE_UP_S = 60


class Load:
    """Sends packets in order; `done()` says how many are."""

    def __init__(self, sock: socket.socket, packets: list[Packet], counter: mmap.mmap | None) -> None:
        self._sock, self._counter = sock, counter
        self._bytes = memoryview(b"".join(packet for packet, _rev, _ask in packets))
        self._ends = [0]
        for packet, _rev, _ask in packets:
            self._ends.append(self._ends[-1] + len(packet))
        self._before = 0
        self.inbox = Inbox()

    def run(self) -> float:
        """Seconds from the first byte sent until the last message is done."""
        total, position, heard_at = len(self._ends) - 1, 0, time.monotonic()
        self._before = self._done()
        start, done, poll = time.monotonic(), 0, select.poll()
        while done < total:
            goal = self._ends[min(total, done + WINDOW)]
            poll.register(self._sock, select.POLLIN | (select.POLLOUT if position < goal else 0))
            for _fd, event in poll.poll(1 if self._counter else 1000):
                if event & select.POLLIN:
                    self.inbox.feed(self._sock.recv(CHUNK))
                if event & select.POLLOUT:
                    position += self._sock.send(self._bytes[position : min(goal, position + CHUNK)])
            before, done = done, self._done() - self._before
            heard_at = time.monotonic() if done > before else heard_at
            if time.monotonic() - heard_at > GIVE_UP_S:
                raise SystemExit(f"only {done} of {total} messages came through")
        return time.monotonic() - start

    def _done(self) -> int:
        if self._counter is not None:
            return int.from_bytes(self._counter[:8], "little")
        return len(self.inbox.payloads)


def main(
    address: str, port: str, realm: str, devices: str, what: str, first: str, quarters: str, rounds: str, counter: str
) -> None:
    """Build, wait for the word, send, tell."""
    fleet = Fleet(int(devices))
    packets = list(
        fleet.hellos(realm) if what == "hellos" else fleet.reports(realm, int(first), int(quarters), int(rounds))
    )
    sock = connect(address, int(port), f"load-{realm}", f"socle/1/{realm}/+/ack")
    load = Load(sock, packets, _shared(counter))
    print("ready", flush=True)
    sys.stdin.readline()
    seconds = load.run()
    print(json.dumps({"seconds": seconds, "reports": len(packets), "wrong": wrong_acks(packets, load.inbox)}))


def wrong_acks(packets: list[Packet], inbox: Inbox) -> int:
    """Acks that do not tell the revision sent under their `ask`, or refuse a row."""
    revisions = {ask: rev for _packet, rev, ask in packets}
    acks = [json.loads(payload) for payload in inbox.payloads]
    return sum(ack["rev"] != revisions[ack["ask"]] or "rejected" in ack for ack in acks)


def _shared(path: str) -> mmap.mmap | None:
    if path == "-":
        return None
    with Path(path).open("rb") as file:
        return mmap.mmap(file.fileno(), 8, prot=mmap.PROT_READ)


if __name__ == "__main__":
    main(*sys.argv[1:])

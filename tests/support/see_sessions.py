"""`python -m support.see_sessions`: what the sense of sessions sees here, a line of JSON at each change."""

from __future__ import annotations

import json

from socle_agent.loop import Loop
from socle_agent.roots import Roots
from socle_agent.senses.sessions import Found, Sessions
from socle_core.clock import Clock


def main() -> None:
    """See, until killed."""
    loop = Loop(Clock())

    def tick() -> None:
        sense.tick()
        loop.after("tick", 0.5, tick)

    def say(found: Found | None) -> None:
        print(json.dumps([sense.means, found]), flush=True)

    sense = Sessions(loop, Roots(), say, lambda _asleep: None)
    tick()
    loop.run()


if __name__ == "__main__":
    main()

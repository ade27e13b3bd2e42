"""The embedded broker: amqtt, in a process of its own. `python -m socle_collector.demo.broker HOST PORT`."""

import asyncio
import logging
import signal
import sys
from typing import Any

from amqtt.broker import Broker
from amqtt.session import Session


class OurBroker(Broker):  # type: ignore[misc]
    """amqtt 0.12 without a habit of its: to send to whoever connects what is retained for anyone.

    Beside being wrong, it trips over subscriptions that others make meanwhile, and drops the connection.
    """

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        if any(one is session for one, _ in self._subscriptions.get(subscription[0], ())):
            await super()._publish_retained_messages_for_subscription(subscription, session)


def configuration(host: str, port: int) -> dict[str, Any]:
    """Anyone on this machine may connect; nothing is logged but warnings, nothing published under $SYS."""
    return {
        "listeners": {"default": {"type": "tcp", "bind": f"{host}:{port}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }


async def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    broker = OurBroker(configuration(host, port))
    await broker.start()
    await over.wait()
    await broker.shutdown()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="<%(levelname)s> %(name)s %(message)s")
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))

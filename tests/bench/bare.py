"""The floor: Debian's python3 -I with paho, connected over TLS and subscribed, doing nothing once it has said so.

Run as a script by that interpreter: ADDRESS PORT CA CERTIFICATE KEY TOPIC. Works with paho 1.6 and 2.
"""

import sys

import paho.mqtt.client as mqtt


def main(address, port, ca, certificate, key, topic):
    """Connect, subscribe, stay."""
    versions = getattr(mqtt, "CallbackAPIVersion", None)
    arguments = (versions.VERSION1,) if versions else ()
    client = mqtt.Client(*arguments, client_id="bare")
    client.tls_set(ca, certificate, key)
    client.on_connect = lambda *_: client.subscribe(topic, 1)
    client.on_subscribe = lambda *_: client.publish("bench/bare", "subscribed")
    client.connect(address, int(port), keepalive=300)
    client.loop_forever()


main(*sys.argv[1:])

"""The AsyncAPI 3 document, from the agent's side: the collector is its mirror image."""

from __future__ import annotations

import json

from socle_core.wire import limits
from socle_core.wire.document.examples import PRESENCE
from socle_core.wire.document.keys import MESSAGES, MessageKind
from socle_core.wire.encode import encode

_DIALECT = "application/schema+json;version=draft-2020-12"
_PARAMETERS: dict[str, dict[str, object]] = {
    "realm": {"description": "The collector's name: 1 to 32 of a-z, 0-9 and -.", "examples": ["ac-rennes"]},
    "device": {"description": "The device: 12 of a-z and 2-7, random.", "examples": ["abcdefgh2345"]},
}
_ASKING = ("hello", "ledger", "audit")


def asyncapi() -> dict[str, object]:
    """The document as plain values."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Socle, the wire contract",
            "version": str(limits.VERSION),
            "description": "What an agent sends to a collector, and what comes back. The rules are in contract.md.",
            "license": {"name": "EUPL-1.2"},
        },
        "defaultContentType": "application/json",
        "servers": {"broker": _server()},
        "channels": {kind.name: _channel(kind) for kind in MESSAGES},
        "operations": {_operation_name(kind): _operation(kind) for kind in MESSAGES},
        "components": {"messages": {kind.name: _message(kind) for kind in MESSAGES}},
    }


def _server() -> dict[str, object]:
    will = {"topic": MESSAGES[0].address, "qos": 1, "retain": True}
    lost = encode(type(PRESENCE)(PRESENCE.install, PRESENCE.run, "lost")).decode()
    return {
        "host": "broker.example:8883",
        "protocol": "secure-mqtt",
        "protocolVersion": "3.1.1",
        "description": "Any broker. Client id and user name are the device; TLS with the device's own certificate.",
        "bindings": {
            "mqtt": {
                "clientId": "{device}",
                "cleanSession": True,
                "keepAlive": 300,
                "lastWill": {**will, "message": lost},
                "bindingVersion": "0.2.0",
            }
        },
    }


def _channel(kind: MessageKind) -> dict[str, object]:
    named = {name: said for name, said in _PARAMETERS.items() if f"{{{name}}}" in kind.address}
    return {
        "address": kind.address,
        "messages": {kind.name: {"$ref": f"#/components/messages/{kind.name}"}},
        "parameters": named,
    }


def _operation_name(kind: MessageKind) -> str:
    return ("send" if kind.up else "receive") + kind.title


def _operation(kind: MessageKind) -> dict[str, object]:
    made: dict[str, object] = {
        "action": "send" if kind.up else "receive",
        "channel": {"$ref": f"#/channels/{kind.name}"},
        "summary": kind.summary,
        "messages": [{"$ref": f"#/channels/{kind.name}/messages/{kind.name}"}],
        "bindings": {"mqtt": {"qos": kind.qos, "retain": kind.retained, "bindingVersion": "0.2.0"}},
    }
    if kind.name in _ASKING:
        made["reply"] = {"channel": {"$ref": "#/channels/ack"}, "messages": [{"$ref": "#/channels/ack/messages/ack"}]}
    return made


def _message(kind: MessageKind) -> dict[str, object]:
    return {
        "name": kind.name,
        "title": kind.title,
        "summary": kind.summary,
        "contentType": "application/json",
        "payload": {"schemaFormat": _DIALECT, "schema": {"$ref": f"./schemas/{kind.name}.json"}},
        "examples": [{"name": kind.name, "payload": json.loads(encode(kind.example))}],
    }

"""A small collector written from docs/contract.md alone; it imports nothing from Socle.

Usage: collector.py HOST PORT REALM. It keeps everything in memory, acks, compares audits, and prints its totals as one
line of JSON after each ack, until it is stopped.
"""

import json
import re
import sys
import time

import paho.mqtt.client as mqtt

ID = re.compile(r"[0-9a-f]{8}")
KEYS = {"slots": ("t",), "days": ("d", "profile"), "undated": ("boot", "profile"), "health": ("t",), "acts": ("id",)}
LIMITS = {"slots": 900, "days": 90_000, "undated": 2_147_483_647}
BOUNDS = {"observed": "powered", "active": "open", "display": "open"}


class Install:
    """What is held of one install of one device."""

    def __init__(self):
        self.rev, self.run, self.reconciled = 0, None, None
        self.rows = {kind: {} for kind in KEYS}

    def totals(self):
        slots, days = self.rows["slots"].values(), self.rows["days"].values()
        pairs = [pair for day in days for pair in day.get("services", {}).values()]
        sums = {name: sum(row.get(name) or 0 for row in slots) for name in ("powered", "observed", "open", "active")}
        sums |= {"present": sum(p for p, _ in pairs), "focus": sum(f or 0 for _, f in pairs)}
        sums |= {kind: len(self.rows[kind]) for kind in ("slots", "days", "health", "acts")}
        undated = sum(row.get("powered") or 0 for row in self.rows["undated"].values())
        return {"rev": self.rev, **sums, "undated": undated, "reconciled": self.reconciled}


class Collector:
    """One realm."""

    def __init__(self, realm):
        self.realm, self.installs, self.now = realm, {}, time.time
        self.topic = f"socle/1/{realm}/collector"
        version = getattr(mqtt, "CallbackAPIVersion", None)
        self.client = mqtt.Client(
            *([version.VERSION2] if version else []), client_id="foreign-collector", clean_session=True
        )
        self.client.will_set(self.topic, self.state("lost"), qos=1, retain=True)
        self.client.on_connect, self.client.on_message = self.connected, self.message

    def state(self, word):
        return json.dumps({"v": 1, "state": word, "since": int(self.now())})

    def connected(self, client, *_):
        client.subscribe([(f"socle/1/{self.realm}/+/{kind}", 1) for kind in ("hello", "ledger", "audit")])
        client.publish(self.topic, self.state("online"), qos=1, retain=True)
        self.tell()

    def message(self, _client, _data, message):
        device, kind = message.topic.split("/")[3:5]
        try:
            said = json.loads(message.payload)
            well_formed = said["v"] == 1 and all(ID.fullmatch(said[name]) for name in ("install", "run", "ask"))
        except (ValueError, KeyError, TypeError):
            return  # unreadable: no ack
        if well_formed:
            install = self.installs.setdefault((device, said["install"]), Install())
            answer = {"hello": self.hello, "ledger": self.ledger, "audit": self.audit}[kind](install, said)
            self.ack(device, said, install, answer)

    def hello(self, _install, _said):
        return []

    def ledger(self, install, said):
        if not 0 <= said["after"] <= install.rev:
            return []
        refused = []
        for kind, names in KEYS.items():
            for row in said.get(kind, []):
                why = self.wrong(kind, row)
                if why:
                    refused.append({"kind": kind, "key": [row.get(name) for name in names], "why": why})
                else:
                    self.merge(install, kind, tuple(row[name] for name in names), row, said["rev"])
        if said["rev"] > install.rev:
            install.rev, install.run = said["rev"], said["run"]
        return refused

    def wrong(self, kind, row):
        for name, value in row.items():
            if kind in LIMITS and name not in (*KEYS[kind], "services") and value is not None:
                if type(value) is not int or not 0 <= value <= LIMITS[kind]:
                    return f"{name}: not 0 to {LIMITS[kind]}"
                if name in BOUNDS and (row.get(BOUNDS[name]) is None or value > row[BOUNDS[name]]):
                    return f"{name}: above {BOUNDS[name]}"
        return None

    def merge(self, install, kind, key, row, rev):
        held = install.rows[kind].setdefault(key, {} if kind != "acts" else row)
        if kind == "health" and rev > held.get("_rev", -1):
            install.rows[kind][key] = {**row, "_rev": rev}
        elif kind not in ("health", "acts"):
            for name, value in row.items():
                if name == "services":
                    mine = held.setdefault("services", {})
                    for service, pair in value.items():
                        mine[service] = [greatest(a, b) for a, b in zip(mine.get(service, pair), pair, strict=True)]
                elif name == "senses":
                    held[name] = (held.get(name) or 0) | (value or 0)
                else:
                    held[name] = value if isinstance(value, str) else greatest(held.get(name), value)

    def audit(self, install, said):
        if not install.rev or (said["rev"], said["run"]) != (install.rev, install.run):
            return []
        held = install.totals()
        told = {
            name: sum(month.get(name, 0) for month in said["months"].values())
            for name in ("slots", "powered", "observed", "open", "active", "days", "present", "focus")
        }
        told |= {name: said[name] for name in ("undated", "acts") if name in said}
        install.reconciled = all(number <= held[name] for name, number in told.items())
        if not install.reconciled:
            install.rev = 0
        return []

    def ack(self, device, said, install, refused):
        ack = {"v": 1, "install": said["install"], "ask": said["ask"], "rev": install.rev, "now": self.now()}
        ack |= {"keep_from": 1_753_152} | ({"run": install.run} if install.rev else {})
        ack |= {"rejected": refused[:100], "rejected_total": len(refused)} if refused else {}
        self.client.publish(f"socle/1/{self.realm}/{device}/ack", json.dumps(ack), qos=0)
        self.tell()

    def tell(self):
        devices = {}
        for (name, key), held in self.installs.items():
            devices.setdefault(name, {})[key] = held.totals()
        print(json.dumps({"devices": devices}), flush=True)


def greatest(left, right):
    """The greater number; None is below all."""
    return max((n for n in (left, right) if n is not None), default=None)


if __name__ == "__main__":
    collector = Collector(sys.argv[3])
    collector.client.connect(sys.argv[1], int(sys.argv[2]), keepalive=300)
    collector.client.loop_forever()

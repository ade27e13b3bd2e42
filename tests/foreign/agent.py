"""A small agent written from docs/contract.md alone; it imports nothing from Socle.

Usage: agent.py HOST PORT REALM DEVICE SEED. It makes up three weeks of use, has it stored, sends one audit, prints its
totals as JSON and leaves. Exit 1 when no collector answered within 30 s.
"""

import json
import random
import sys
import threading
import time

import paho.mqtt.client as mqtt

DAYS, QUARTERS = 21, range(28, 66)  # 21 days, quarters of the day from 07:00 to 16:30


class Agent:
    """One device with all its rows in memory, each with the revision of its last change."""

    def __init__(self, realm, device, seed):
        self.rng = random.Random(seed)
        self.base = f"socle/1/{realm}/{device}/"
        self.install, self.run, self.boot = (self.new_id() for _ in range(3))
        self.rows = self.use(int(time.time()) // 86400 - DAYS)
        self.head = len(self.rows)
        self.ask, self.audited, self.done = "", False, threading.Event()
        version = getattr(mqtt, "CallbackAPIVersion", None)
        self.client = mqtt.Client(*([version.VERSION2] if version else []), client_id=device, clean_session=True)
        self.client.username_pw_set(device)
        self.client.will_set(self.base + "presence", self.payload(state="lost"), qos=1, retain=True)
        self.client.on_connect, self.client.on_message = self.connected, self.message

    def new_id(self):
        return f"{self.rng.getrandbits(32):08x}"

    def use(self, first_day):
        """Rows (kind, row) in order of revision: revision n is the n-th."""
        rows = []
        for day in range(first_day, first_day + DAYS):
            for quarter in QUARTERS:
                powered = self.rng.randint(0, 900)
                opened = self.rng.randint(0, powered)
                slot = {"t": day * 96 + quarter, "powered": powered, "observed": self.rng.randint(0, powered)}
                rows.append(("slots", slot | {"open": opened, "active": self.rng.randint(0, opened), "senses": 7}))
            present = self.rng.randint(0, 9000)
            services = {"gcompris": [present, self.rng.randint(0, present)], "tuxpaint": [60, None]}
            rows.append(("days", {"d": day, "profile": "pupil", "open": 9000, "services": services}))
            rows.append(("health", {"t": day * 96 + 40, "memory": {"used": 0.5}, "network": {"signal_dbm": -61}}))
        rows.append(("undated", {"boot": self.new_id(), "profile": "shared", "powered": 1200, "observed": 1200}))
        act = {"id": f"0b6e7c1e-8f5f-4a51-9b1d-{self.rng.getrandbits(48):012x}", "kind": "training", "minutes": 90}
        return [*rows, ("acts", act)]

    def payload(self, **keys):
        return json.dumps({"v": 1, "install": self.install, "run": self.run, **keys})

    def publish(self, topic, retain=False, **keys):
        self.client.publish(self.base + topic, self.payload(**keys), qos=1, retain=retain)

    def asking(self, topic, **keys):
        self.ask = self.new_id()
        self.publish(topic, ask=self.ask, **keys)

    def connected(self, client, *_):
        client.subscribe([(self.base + "ack", 0), (self.base + "config", 1)])
        self.publish("presence", retain=True, state="online")
        self.asking("hello", boot=self.boot, head=self.head, agent="foreign", os="none 1", kind="cart", clock="trusted")

    def message(self, _client, _data, message):
        if not message.topic.endswith("/ack"):
            return
        ack = json.loads(message.payload)
        if (ack["install"], ack["ask"]) != (self.install, self.ask):
            return
        if ack["rev"] < self.head:
            self.send(ack["rev"])
        elif not self.audited:
            self.audited = True
            self.asking("audit", rev=self.head, **self.sums())
        else:
            self.done.set()

    def send(self, after):
        """A Ledger of the next 200 rows: at most some 25 kB."""
        rev = min(self.head, after + 200)
        lists = {}
        for kind, row in self.rows[after:rev]:
            lists.setdefault(kind, []).append(row)
        self.asking("ledger", after=after, rev=rev, **lists)

    def sums(self):
        months = {}
        for kind, row in self.rows:
            if kind in ("slots", "days"):
                at = row["t"] * 900 if kind == "slots" else row["d"] * 86400
                month = months.setdefault(time.strftime("%Y-%m", time.gmtime(at)), {})
                for name, number in self.numbers(kind, row).items():
                    month[name] = month.get(name, 0) + number
        return {"months": months, "undated": 1200, "acts": 1}

    @staticmethod
    def numbers(kind, row):
        if kind == "slots":
            return {"slots": 1, **{name: row[name] for name in ("powered", "observed", "open", "active")}}
        pairs = row["services"].values()
        return {"days": 1, "present": sum(p for p, _ in pairs), "focus": sum(f or 0 for _, f in pairs)}

    def totals(self):
        total = {"rev": self.head, "health": DAYS, "undated": 1200, "acts": 1}
        for kind, row in self.rows:
            for name, number in (self.numbers(kind, row) if kind in ("slots", "days") else {}).items():
                total[name] = total.get(name, 0) + number
        return {self.install: total}


def main(host, port, realm, device, seed):
    """Have everything stored and audited; return the exit code."""
    agent = Agent(realm, device, int(seed))
    agent.client.connect(host, int(port), keepalive=300)
    agent.client.loop_start()
    stored = agent.done.wait(30)
    agent.client.publish(agent.base + "presence", agent.payload(state="sleeping"), qos=1, retain=True)
    agent.client.disconnect()
    print(json.dumps(agent.totals()))
    return 0 if stored else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""What must hold when all has been said: the collector has what the ledgers have, and nothing more."""

from __future__ import annotations

from typing import Any

from model.agent import Agent
from model.collector import KEYS, Install, key_of, numbers
from model.world import DAY_S, World
from socle_core.wire.messages import Ledger

Table = dict[tuple[Any, ...], Any]


def check(world: World) -> None:
    """Let everyone catch up and compare; where facts were lost behind a mark, after as many audits as it takes."""
    world.catch_up()
    for _ in range(80 if world.behind else 0):
        if not any(difference(world, agent) for agent in world.agents):
            break
        a_day_later(world)
    for agent in world.agents:
        assert not (found := difference(world, agent)), found
    check_truth(world)


def check_audits(world: World) -> None:
    """On the next day every audit reconciles.

    It takes more of them where facts were lost behind a mark, or where the ack that named a refused row was lost:
    the audit that then fails makes all be sent, and the row be named, again.
    """
    check(world)
    patient = world.behind or any(refused_acts(world, agent) for agent in world.agents)
    for _ in range(80 if patient else 1):
        a_day_later(world)
        unreconciled = [agent for agent in world.agents if not world.collector.reconciled.get(world.install(agent))]
        if not unreconciled:
            break
    assert not unreconciled


def a_day_later(world: World) -> None:
    """A day passes, all asleep but for an hour."""
    for agent in world.agents:
        world.say(agent, agent.suspend())
        world.disconnect(agent)
    world.pass_time(DAY_S)
    for agent in world.agents:
        agent.resume()
    world.pass_time(3600)
    world.catch_up()


def difference(world: World, agent: Agent) -> str:
    """What the collector lacks, or has too much, of a ledger; empty when nothing. By row, but where audits sum.

    Of an install with several histories (an older image came back, a copy runs) it may hold more: what another
    history had sent.
    """
    if not world.behind:
        mine = ledger_rows(world, agent)
        for kind in KEYS:
            if found := row_difference(world, agent, kind, mine[kind]):
                return found
    if found := sum_difference(world, agent):
        return found
    return "" if world.moved or world.behind else total_difference(world, agent)


def sum_difference(world: World, agent: Agent) -> str:
    """The first sum of an audit that differs."""
    audit, held = agent.disk.audit("0" * 8), world.collector.sums(world.install(agent))
    if audit is None:  # nothing was ever issued
        return ""
    told = {(month, name): number for month, sums in audit.months.items() for name, number in sums.items()}
    if audit.undated is not None:
        told["", "undated"] = audit.undated
    if audit.acts is not None and not refused_acts(world, agent):
        told["", "acts"] = audit.acts
    for cell, number in told.items():
        if held[cell] < number or (held[cell] > number and world.install(agent) not in world.many):
            return f"{cell}: {held[cell]} held, {number} told"
    return ""


def total_difference(world: World, agent: Agent) -> str:
    """The first total that differs, in the words of `totals --json`; acts but for those refused."""
    totals, told = world.collector.totals(world.install(agent)), agent.disk.totals()
    for name in totals.keys() - {"acts"}:
        if totals[name] < told[name] or (totals[name] > told[name] and world.install(agent) not in world.many):
            return f"{name}: {totals[name]} held, {told[name]} told"
    return ""


def row_difference(world: World, agent: Agent, kind: str, mine: Table) -> str:
    """The first row that differs."""
    install = world.install(agent)
    theirs = collector_rows(world, install, kind)
    for key, row in mine.items():
        held = theirs.get(key)
        if held is None or (not covers(kind, held, row) if install in world.many else held != row):
            return f"{kind} {key}: {held} held, {row} sent"
    if install not in world.many and theirs.keys() - mine.keys():
        return f"{kind} {theirs.keys() - mine.keys()}: held, not in the ledger"
    return ""


def covers(kind: str, held: Any, row: Any) -> bool:
    """Whether a held row is at least another, in every number."""
    if kind in ("health", "acts"):
        return True
    return all(held.get(name, -1) >= number for name, number in row.items() if name != "senses")


def ledger_rows(world: World, agent: Agent) -> dict[str, Table]:
    """The rows of a ledger that the collector must have, by kind."""
    rows: dict[str, Table] = {kind: {} for kind in KEYS}
    after = 0
    while after < agent.disk.head:
        message: Ledger = agent.disk.message(after, "0" * 8)
        for kind, table in rows.items():
            table |= {key_of(kind, row): told(kind, row) for row in getattr(message, kind)}
        after = message.rev
    refused = refused_acts(world, agent)
    return {
        kind: {key: row for key, row in table.items() if wanted(world, kind, key) and key not in refused}
        for kind, table in rows.items()
    }


def refused_acts(world: World, agent: Agent) -> set[tuple[Any, ...]]:
    """The acts of a ledger whose ids another device used first."""
    mine = agent.disk._db.execute("SELECT id FROM acts").fetchall()
    holders = world.collector.rows["acts"]
    return {key for key in mine if key in holders and holders[key][0][0] != agent.device}


def collector_rows(world: World, install: Install, kind: str) -> Table:
    """The rows of an install that the collector holds, of those still wanted."""
    held = world.collector.rows[kind]
    if kind == "acts":
        return {key: act for key, (holder, act) in held.items() if holder == install and wanted(world, kind, key)}
    rows = {key[2:]: row[1] if kind == "health" else row for key, row in held.items() if key[:2] == install}
    return {key: row for key, row in rows.items() if wanted(world, kind, key)}


def told(kind: str, row: Any) -> Any:
    """What of a row is compared."""
    return row if kind in ("health", "acts") else numbers(row)


def wanted(world: World, kind: str, key: tuple[Any, ...]) -> bool:
    """Whether `keep_from` leaves it."""
    if kind in ("slots", "health"):
        return bool(key[0] >= world.collector.keep_from)
    return kind != "days" or bool(key[0] >= world.collector.keep_from // 96)


def check_truth(world: World) -> None:
    """No device has more seconds than its machines were awake: nothing was counted twice."""
    for device, awake in world.awake_s().items():
        rows = world.collector.rows
        slots = sum(row.get("powered", 0) for key, row in rows["slots"].items() if key[0] == device)
        undated = sum(row.get("powered", 0) for key, row in rows["undated"].items() if key[0] == device)
        assert slots + undated <= awake or world.two_dates, f"{device}: {slots} + {undated} s held, {awake} s awake"

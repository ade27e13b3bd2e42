"""socle-collector: the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from socle_core import uai
from socle_core.mistakes import MistakesError
from socle_core.settings.collector import CollectorSettings, load_collector
from socle_core.wire.limits import DEVICE_KINDS
from socle_core.wire.topics import valid_device

EX_USAGE, EX_UNAVAILABLE, EX_CONFIG = 2, 69, 78
T = TypeVar("T")


class CommandError(Exception):
    """A command cannot do what it was asked; `code` is the program's exit code."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code (0 done, 2 usage, 69 database away, 78 settings)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["simulate"]:
        return _simulate(given[1:])
    options = _parser().parse_args(given)
    try:
        result: int = options.command(options, load_collector(options.config))
        return result
    except MistakesError as error:
        return _fail(EX_CONFIG, str(error))
    except CommandError as error:
        return _fail(error.code, str(error))


def _fail(code: int, why: str) -> int:
    print(f"socle-collector: {why}", file=sys.stderr)  # noqa: T201
    return code


def _parser() -> argparse.ArgumentParser:
    config = argparse.ArgumentParser(add_help=False)
    config.add_argument("--config", type=Path, metavar="PATH", help="settings (default: /etc/socle/collector.toml)")
    parser = argparse.ArgumentParser(
        prog="socle-collector", description="Takes in what devices measure, and shows what is used."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", parents=[config], help="collect and serve the pages until stopped")
    run.set_defaults(command=_run)
    migrate = commands.add_parser("migrate", parents=[config], help="make or bring up to date the database's tables")
    migrate.set_defaults(command=_migrate)
    device = commands.add_parser("device", help="devices that may send")
    _device_parser(device.add_subparsers(required=True, metavar="COMMAND"), config)
    totals = commands.add_parser("totals", parents=[config], help="what is stored of each device")
    totals.add_argument("--json", action="store_true", required=True, help="as JSON, the one form there is")
    totals.add_argument("--device", type=_device_id, metavar="D", help="of this device alone")
    totals.set_defaults(command=_totals)
    commands.add_parser("simulate", help="virtual devices that speak the real contract: simulate --help")
    return parser


def _device_parser(commands: Any, config: argparse.ArgumentParser) -> None:
    add = commands.add_parser("add", parents=[config], help="register a device and tell its id")
    add.add_argument("--realm", required=True, help="the realm of this collector, as its settings name it")
    add.add_argument("--kind", choices=DEVICE_KINDS, default="other", help="where it stands")
    add.add_argument("--school", type=_school, default="", metavar="UAI", help="its school")
    add.add_argument("--label", type=_label, default="", metavar="TEXT", help="its place or number; nobody's name")
    add.add_argument("--json", action="store_true", help='answer {"device": …}')
    add.set_defaults(command=_add)


def _school(text: str) -> str:
    if text and not uai.valid(text):
        raise argparse.ArgumentTypeError(f"'{text}' is not a UAI code: seven digits and their check letter")
    return text


def _label(text: str) -> str:
    if len(text) > 64 or not text.isprintable():
        raise argparse.ArgumentTypeError("a label is one line of at most 64 characters")
    return text.strip()


def _device_id(text: str) -> str:
    if not valid_device(text):
        raise argparse.ArgumentTypeError(f"'{text}' is not a device id: 12 of a-z and 2-7")
    return text


def _run(options: argparse.Namespace, settings: CollectorSettings) -> int:
    from socle_collector import catalogue, logs, run
    from socle_core.clock import Clock

    logs.set_up()
    catalogue.check(settings.catalogue)
    return run.run(settings, options.config, Clock())


def _migrate(_: argparse.Namespace, settings: CollectorSettings) -> int:
    from django.core.management import call_command
    from django.db.utils import OperationalError

    from socle_collector import project

    project.configure(settings)
    try:
        call_command("migrate", interactive=False)
    except OperationalError as error:
        raise CommandError(EX_UNAVAILABLE, f"database: {error}") from None
    return 0


def _add(options: argparse.Namespace, settings: CollectorSettings) -> int:
    from socle_collector.registry.add import add_device

    if options.realm != settings.realm:
        raise CommandError(EX_USAGE, f"this collector's realm is {settings.realm}, not {options.realm}")
    told = options.realm, options.kind, options.school, options.label
    device = _with_database(settings, lambda connection: add_device(connection, *told))
    _print(json.dumps({"device": device}) if options.json else device)
    return 0


def _totals(options: argparse.Namespace, settings: CollectorSettings) -> int:
    from socle_collector.totals import totals

    told = _with_database(settings, lambda connection: totals(connection, options.device))
    if options.device and options.device not in told["devices"]:
        _fail(0, f"the registry does not know {options.device}")
    _print(json.dumps(told))
    return 0


def _simulate(arguments: list[str]) -> int:
    from socle_collector.simulate.command import main as simulate

    return int(simulate(arguments))


def _with_database(settings: CollectorSettings, act: Callable[[psycopg.Connection[Any]], T]) -> T:
    try:
        with psycopg.connect(settings.database_url, connect_timeout=10) as connection:
            return act(connection)
    except psycopg.errors.UndefinedTable:
        raise CommandError(EX_UNAVAILABLE, "database: it lacks tables: run `socle-collector migrate`") from None
    except psycopg.OperationalError as error:
        raise CommandError(EX_UNAVAILABLE, f"database: {' '.join(str(error).split())}") from None


def _print(text: str) -> None:
    print(text)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())

"""Backups of a database and their return, as an administrator does it while the collector and the fleet go on."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from e2e.world import World


def save(world: World, file: Path) -> None:
    """`pg_dump` of the living database."""
    _run(world, "pg_dump", "--format=custom", f"--file={file}", world.database)


def restore(world: World, file: Path) -> None:
    """Put what `save` saved in the place of the living database, throwing out whoever is connected."""
    url = world.server.create()
    _run(world, "pg_restore", f"--dbname={url}", "--no-owner", str(file))
    new, old = (psycopg.conninfo.conninfo_to_dict(address)["dbname"] for address in (url, world.database))
    with world.server.admin() as admin:
        for statement in ("ALTER DATABASE {old} ALLOW_CONNECTIONS false", "DROP DATABASE {old} WITH (FORCE)"):
            admin.execute(sql.SQL(statement).format(old=sql.Identifier(str(old))))
        admin.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(str(new)), sql.Identifier(str(old)))
        )


def _run(world: World, program: str, *arguments: str) -> None:
    subprocess.run([str(world.server.programs / program), *arguments], check=True)

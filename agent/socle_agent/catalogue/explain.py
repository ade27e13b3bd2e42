"""What the catalogue says of one thing, in words or as JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from socle_agent.cli import OK, PROBLEM
from socle_agent.texts import is_french, say
from socle_core.catalogue.explain import Claim, Explanation
from socle_core.catalogue.explain import explain as explained
from socle_core.catalogue.load import load_rows
from socle_core.catalogue.merge import Rows
from socle_core.catalogue.model import Catalogue, Service
from socle_core.settings.agent import load_agent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def explain(config: Path | None, thing: str, *, as_json: bool) -> int:
    """Show which row knows the thing; 1 when none does. Raises SettingsError, CatalogueError."""
    version, rows = load_rows(load_agent(config).catalogue)
    catalogue = Catalogue(version, (row.service() for row in rows.values()))
    found = explained(catalogue, _final(thing))
    told = json.dumps(_facts(found, rows), ensure_ascii=False, indent=1) if as_json else in_words(found, rows)
    sys.stdout.write(f"{told}\n")
    return OK if found.winners else PROBLEM


def _final(thing: str) -> str:
    """A program by its path is the file that runs: /usr/bin/libreoffice is a link to soffice."""
    return os.path.realpath(thing) if thing.startswith("/") and Path(thing).is_symlink() else thing


def in_words(found: Explanation, rows: dict[str, Rows]) -> str:
    """The answer, its row, and the rows that come close."""
    lines: list[str] = []
    for claim in found.winners:
        lines += _row(claim, rows[claim.service])
    if not lines:
        lines.append(_absent(found))
    losers = [_loser(claim) for claim in found.claims if claim.against]
    return "\n".join([*lines, *([say("explain.others"), *losers] if losers else [])])


def _row(claim: Claim, rows: Rows) -> list[str]:
    service = rows.service()
    place = rows.places[claim.key]
    label = service.label["fr" if is_french() else "en"]
    return [
        say("explain.found", id=service.id, label=label),
        say("explain.by", key=say(f"key.{claim.key}"), identifier=claim.identifier),
        say("explain.place", file=place.file, line=place.line or "?", row=place.number),
        say(
            "explain.row",
            strand=say(f"strand.{service.strand}"),
            category=service.category,
            counted=say("explain.counted" if service.counted else "explain.not_counted"),
        ),
        *(say(f"explain.{remark}") for remark in _remarks(service, claim)),
    ]


def _remarks(service: Service, claim: Claim) -> list[str]:
    checked = service.verified and claim.identifier not in service.to_check
    return ["weak"] * service.weak + ["to_check"] * (not checked)


def _absent(found: Explanation) -> str:
    why = "strange" if found.strange else "interpreter" if found.interpreter else "absent"
    return say(f"explain.{why}")


def _loser(claim: Claim) -> str:
    against = say(f"against.{claim.against}")
    return say(
        "explain.loser",
        id=claim.service,
        key=say(f"key.{claim.key}"),
        identifier=claim.identifier,
        against=against,
    )


def _facts(found: Explanation, rows: dict[str, Rows]) -> dict[str, Any]:
    return {
        "found": [_found(claim, rows[claim.service]) for claim in found.winners],
        "others": [
            {"id": claim.service, "key": claim.key, "identifier": claim.identifier, "against": claim.against}
            for claim in found.claims
            if claim.against
        ],
        "interpreter": found.interpreter,
    }


def _found(claim: Claim, rows: Rows) -> dict[str, Any]:
    service, place = rows.service(), rows.places[claim.key]
    return {
        "id": service.id,
        "key": claim.key,
        "identifier": claim.identifier,
        "file": str(place.file),
        "line": place.line,
        "row": place.number,
        **{name: getattr(service, name) for name in ("label", "strand", "category", "counted", "weak", "offline")},
        "verified": service.verified and claim.identifier not in service.to_check,
    }

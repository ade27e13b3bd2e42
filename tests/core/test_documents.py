"""The documents of the wire contract say what the code does."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from support import wire

from socle_core.wire import limits
from socle_core.wire.document.__main__ import main
from socle_core.wire.document.asyncapi import asyncapi
from socle_core.wire.document.examples import ALL, shown
from socle_core.wire.document.pages import ROOT, contract, documents, drifted
from socle_core.wire.document.schemas import schemas
from socle_core.wire.document.yaml import dumped
from socle_core.wire.encode import encode
from socle_core.wire.fields import ROWS
from socle_core.wire.messages import Ledger, Message
from socle_core.wire.rows import BadRowError, judge_row

SCHEMAS = {name: Draft202012Validator(schema) for name, schema in schemas().items()}


def schema_of(name: str) -> Draft202012Validator:
    """The schema of an example: some messages have several."""
    return SCHEMAS[name.rpartition("_")[2]]


def test_the_documents_are_those_of_the_code() -> None:
    """Page, AsyncAPI document and schemas in the project are what the code says; else run the generator."""
    assert drifted() == [], "run python -m socle_core.wire.document"


def test_nothing_else_lies_beside_the_schemas() -> None:
    """Each schema in the folder is one of a message."""
    assert {path.stem for path in (ROOT / "docs/schemas").iterdir()} == set(SCHEMAS)


def test_the_generator_writes_and_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --check it names the files that differ and fails; without, it writes them."""
    assert main(["--check"], tmp_path) == 1
    assert "docs/contract.md differs: run python -m socle_core.wire.document" in capsys.readouterr().err
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
    assert (tmp_path / "docs/contract.md").read_text(encoding="utf-8") == documents()["docs/contract.md"]


def test_the_page_has_every_word() -> None:
    """The page has no place left open, and names every topic, kind of act, sense and limit."""
    page = " ".join(contract().split())
    assert "{{" not in page
    words = [word for each in limits.SENSES.values() for word in each]
    for word in (*limits.ACT_KINDS, *limits.PROFILES, *limits.AUDIT_SUMS, *words):
        assert f"`{word}`" in page
    for number in ("65,536", "90,000", "2,147,483,647", "0–900", "0–1,440", "0–31", "32 levels", "2^53"):
        assert number in page


@pytest.mark.parametrize("name", list(ALL))
def test_examples_follow_their_schemas(name: str) -> None:
    """Each example is one that its schema accepts, and the page shows the very payload."""
    schema_of(name).validate(json.loads(encode(ALL[name])))
    assert json.loads(shown(ALL[name])) == json.loads(encode(ALL[name]))
    assert shown(ALL[name]) in contract()


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_schemas_are_schemas(name: str) -> None:
    """Each schema is itself valid, and refuses what is not of this version."""
    Draft202012Validator.check_schema(schemas()[name])
    document = json.loads(encode(ALL[name]))
    for wrong in ({**document, "v": 2}, {k: v for k, v in document.items() if k != "v"}, []):
        assert not SCHEMAS[name].is_valid(wrong)


def test_asyncapi_is_yaml() -> None:
    """The document reads back as it was meant, and its examples follow the schemas that it points to."""
    read = yaml.safe_load(documents()["docs/asyncapi.yaml"])
    assert read == asyncapi()
    for name, message in read["components"]["messages"].items():
        assert message["payload"]["schema"]["$ref"] == f"./schemas/{name}.json"
        for example in message["examples"]:
            SCHEMAS[name].validate(example["payload"])


def test_asyncapi_points_to_what_is_there() -> None:
    """Every reference inside the AsyncAPI document leads to something."""
    document = asyncapi()

    def follow(reference: str) -> None:
        place: object = document
        for step in reference.removeprefix("#/").split("/"):
            assert isinstance(place, dict)
            place = place[step]

    def walk(value: object) -> None:
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)
        if isinstance(value, dict) and str(value.get("$ref", "")).startswith("#/"):
            follow(value["$ref"])

    walk(document)


texts = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=6)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner)
)


@given(st.dictionaries(texts, plain))
def test_yaml_of_anything(value: dict[str, object]) -> None:
    """Any plain values written as YAML read back as they were."""
    assert yaml.safe_load(dumped(value)) == value


@given(wire.ledgers())
@settings(max_examples=40)
def test_ledgers_follow_their_schema(message: Ledger) -> None:
    """The schema accepts any Ledger that an agent may send."""
    SCHEMAS["ledger"].validate(json.loads(encode(message)))


@given(st.data())
@settings(max_examples=40)
def test_messages_follow_their_schemas(data: st.DataObject) -> None:
    """The schemas accept any message that may be sent."""
    kinds: dict[str, st.SearchStrategy[Message]] = {
        "presence": wire.presences, "hello": wire.hellos, "audit": wire.audits, "ack": wire.acks,
        "config": wire.configs, "collector": wire.states,
    }  # fmt: skip
    name = data.draw(st.sampled_from(sorted(kinds)))
    SCHEMAS[name].validate(json.loads(encode(data.draw(kinds[name]))))


@given(st.data())
@settings(max_examples=40)
def test_schema_and_judge_agree(data: st.DataObject) -> None:
    """What a schema refuses in a row is a bad row; what it accepts is good, but for what no schema can say."""
    kind = data.draw(st.sampled_from(limits.ROW_KINDS))
    keys = st.sampled_from([*wire.GOOD_ROWS[kind], "re", "disk", "network", "peripherals"])
    numbers = st.integers(-2, 3) | st.sampled_from([31, 32, 900, 901, 90_000, 90_001, 2**31 - 1, 2**31, 1440, 1441])
    values = wire.json_values.filter(_in_json_as_in_schemas) | numbers
    row = {**wire.GOOD_ROWS[kind], **data.draw(st.dictionaries(keys, values, max_size=3))}
    document = {"v": 1, **wire.IDS, "after": 0, "rev": 0, kind: [row]}
    assert _judged_good(kind, row) == (SCHEMAS["ledger"].is_valid(document) and _beyond_schemas(kind, row))


def _judged_good(kind: str, row: dict[str, object]) -> bool:
    try:
        judge_row(kind, row, now=wire.NOW, keep_from=0)
    except BadRowError:
        return False
    return True


def _beyond_schemas(kind: str, row: dict[str, object]) -> bool:
    """Whether what schemas cannot say holds too, of a row that its schema accepts."""
    pairs = [(row.get(low), row.get(high)) for low, high in ROWS[kind].bounds]
    services = row.get("services")
    pairs += [(focus, present) for present, focus in (services or {}).values()] if isinstance(services, dict) else []
    ordered = all(low is None or low <= high for low, high in pairs)  # type: ignore[operator]
    late = [row.get("t", 0) > wire.NOW / 900 + 193, row.get("d", 0) > wire.NOW / 86_400 + 2]  # type: ignore[operator]
    return ordered and not any(late)


def _in_json_as_in_schemas(value: object) -> bool:
    """Whether a value has no number that only a schema takes for whole (12.0), and none that is not JSON."""
    if isinstance(value, float):
        return isfinite(value) and not value.is_integer()
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return all(map(_in_json_as_in_schemas, inner))

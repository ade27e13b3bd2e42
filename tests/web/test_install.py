"""Putting files in place beside those of a commune, and taking them away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from socle_core.catalogue.model import Catalogue
from socle_web import places, tree
from socle_web.crx import Signer, signer
from socle_web.install import Left, install, remove
from socle_web.manifest import FIREFOX_ID
from socle_web.package import Recipe

CHROMIUM = "etc/chromium/policies/managed"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """A key."""
    return signer(tmp_path_factory.mktemp("state") / "key.pem")


@pytest.fixture
def made(key: Signer) -> tree.Tree:
    """What a build made."""
    return tree.tree(Recipe(Catalogue("2026.11", []), key, Path("/run/socle-agent/socket")), 1)


def put(root: Path, path: str, content: Any) -> bytes:
    """Write a commune's own file."""
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(content))
    return place.read_bytes()


def there(root: Path) -> set[str]:
    """All files below the root."""
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_all_is_put_in_place_and_taken_away(made: tree.Tree, tmp_path: Path) -> None:
    """On a machine of which nobody took care nothing is left behind."""
    assert install(made, tmp_path) == []
    assert there(tmp_path) == {*made, places.RECORD}
    assert (tmp_path / places.HOST_PROGRAM).stat().st_mode & 0o777 == 0o755
    assert install(made, tmp_path) == []
    assert remove(tmp_path) == []
    assert there(tmp_path) == set()


def test_a_commune_with_policies_of_its_own_keeps_them(made: tree.Tree, key: Signer, tmp_path: Path) -> None:
    """Socle takes the key that no other file of the folder uses, for the browser would read only one of the two."""
    theirs = put(tmp_path, f"{CHROMIUM}/commune.json", {"ExtensionSettings": {"*": {"installation_mode": "blocked"}}})
    assert install(made, tmp_path) == []
    ours = json.loads((tmp_path / CHROMIUM / "socle-web.json").read_bytes())
    assert ours == {"ExtensionInstallForcelist": [f"{key.id};{places.url(places.UPDATES)}"]}
    assert (tmp_path / CHROMIUM / "commune.json").read_bytes() == theirs
    assert "ExtensionSettings" in (tmp_path / "etc/opt/chrome/policies/managed/socle-web.json").read_text()


def test_where_both_keys_are_taken_the_lines_to_add_are_told(made: tree.Tree, key: Signer, tmp_path: Path) -> None:
    """Nothing is changed, and once the commune has added the lines nothing is said any more."""
    both = {"ExtensionSettings": {}, "ExtensionInstallForcelist": []}
    theirs = put(tmp_path, f"{CHROMIUM}/commune.json", both)
    (left,) = install(made, tmp_path)
    assert left.path == f"{CHROMIUM}/commune.json"
    assert left.lines is not None
    assert key.id in left.lines.decode()
    assert (tmp_path / CHROMIUM / "commune.json").read_bytes() == theirs
    assert not (tmp_path / CHROMIUM / "socle-web.json").exists()
    put(tmp_path, f"{CHROMIUM}/commune.json", both | json.loads(left.lines))
    assert install(made, tmp_path) == []


@pytest.mark.parametrize("path", places.FIREFOX_POLICIES)
def test_a_policies_json_of_firefox_is_never_touched(path: str, made: tree.Tree, tmp_path: Path) -> None:
    """Firefox reads one alone: a second would hide the commune's, or be hidden by it."""
    theirs = put(tmp_path, path, {"policies": {"DisableTelemetry": True}})
    assert [(left.path, left.lines) for left in install(made, tmp_path)] == [
        (path, made[places.FIREFOX_POLICY].content)
    ]
    assert (tmp_path / path).read_bytes() == theirs
    assert [other for other in places.FIREFOX_POLICIES if (tmp_path / other).exists()] == [path]
    put(tmp_path, path, {"policies": {"ExtensionSettings": {FIREFOX_ID: {"installation_mode": "force_installed"}}}})
    assert install(made, tmp_path) == []
    assert remove(tmp_path) == []
    assert there(tmp_path) == {path}


def test_what_the_commune_changed_since_stays(made: tree.Tree, tmp_path: Path) -> None:
    """A file that Socle wrote and someone changed is someone's: it is neither overwritten nor removed."""
    install(made, tmp_path)
    theirs = put(tmp_path, places.FIREFOX_POLICY, {"policies": {"ExtensionSettings": {FIREFOX_ID: {}}, "X": 1}})
    assert install(made, tmp_path) == []
    assert (tmp_path / places.FIREFOX_POLICY).read_bytes() == theirs
    assert remove(tmp_path) == [Left(places.FIREFOX_POLICY)]
    assert there(tmp_path) == {places.FIREFOX_POLICY}


def test_what_is_no_longer_made_goes(made: tree.Tree, tmp_path: Path) -> None:
    """A file of the build before that the present one lacks is taken away."""
    old = {**made, f"{places.CHROMIUM_LOCAL}/manifest.json": tree.File(b"{}")}
    install(old, tmp_path)
    install(made, tmp_path)
    assert there(tmp_path) == {*made, places.RECORD}


def test_a_policy_that_is_no_json_is_not_ours_to_judge(made: tree.Tree, tmp_path: Path) -> None:
    """The browser will tell its owner; Socle's file is put beside it."""
    (tmp_path / CHROMIUM).mkdir(parents=True)
    (tmp_path / CHROMIUM / "broken.json").write_text("{")
    assert install(made, tmp_path) == []
    assert (tmp_path / CHROMIUM / "socle-web.json").exists()

"""What is built: permissions that are the catalogue's and no more, signatures, the same bytes each time."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from socle_core import catalogue
from socle_core.catalogue.model import Catalogue, Service
from socle_web import package, patterns, places, tree
from socle_web.crx import KeyFileError, Signer, extension_id, signer
from socle_web.numbers import number
from socle_web.package import Recipe

ROOT = Path(__file__).parents[2]
SHIPPED = catalogue.load([ROOT / "config/catalogue.toml"])


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """A key that was made for the first build."""
    return signer(tmp_path_factory.mktemp("state") / "new/key.pem")


def recipe(key: Signer, services: Catalogue = SHIPPED) -> Recipe:
    """A recipe with that key."""
    return Recipe(services, key, Path("/run/socle-agent/socket"))


def with_local(*files: str, menu: tuple[str, ...] = ()) -> Catalogue:
    """A catalogue of one site and one local service."""
    names = {"fr": "x", "en": "x"}
    site = Service("lumni", names, "resources", "video", domains=("lumni.fr",))
    local = Service("seyes", names, "resources", "maths", files=files, primtuxmenu=menu)
    return Catalogue("2026.11", [site, local])


def unpacked(archive: bytes) -> dict[str, bytes]:
    """The files of an archive."""
    with zipfile.ZipFile(io.BytesIO(archive)) as held:
        return {name: held.read(name) for name in held.namelist()}


def manifest_of(files: dict[str, bytes]) -> dict[str, Any]:
    """The manifest among these files."""
    found: dict[str, Any] = json.loads(files["manifest.json"])
    return found


def parts(crx: bytes) -> tuple[bytes, bytes]:
    """Header and archive of a CRX3 file."""
    magic, version, size = struct.unpack("<4sII", crx[:12])
    assert (magic, version) == (b"Cr24", 3)
    return crx[12 : 12 + size], crx[12 + size :]


def fields(message: bytes) -> dict[int, bytes]:
    """Fields of a protocol buffers message in which all are of bytes."""
    stream, found = io.BytesIO(message), {}
    while stream.tell() < len(message):
        tag = _varint(stream)
        assert tag & 7 == 2
        found[tag >> 3] = stream.read(_varint(stream))
    return found


def _varint(stream: io.BytesIO) -> int:
    number = shift = 0
    while True:
        (byte,) = stream.read(1)
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number


def test_the_permissions_are_the_catalogue(key: Signer) -> None:
    """The extension may run on catalogued domains, and may do nothing elsewhere: no tabs, no history, no hosts."""
    for manifest in (
        manifest_of(unpacked(parts(package.crx(recipe(key), "1.1"))[1])),
        manifest_of(unpacked(package.xpi(recipe(key), "1.1"))),
    ):
        assert set(manifest["permissions"]) == {"alarms", "nativeMessaging", "storage"}
        assert not {"host_permissions", "optional_permissions", "externally_connectable"} & manifest.keys()
        (script,) = manifest["content_scripts"]
        assert script.keys() == {"matches", "js", "run_at"}  # so the top frame alone
        assert {f"*://*.{domain}/*" for domain in SHIPPED.domains} <= set(script["matches"])
        others = set(script["matches"]) - {f"*://*.{domain}/*" for domain in SHIPPED.domains}
        assert all(
            pattern.startswith(("file:///", "*://localhost/*?*primtux", "*://127.0.0.1/*?*primtux"))
            for pattern in others
        )


def test_no_code_comes_from_elsewhere(key: Signer) -> None:
    """Every script that a manifest names is in the package, and none asks the network."""
    files = unpacked(package.xpi(recipe(key), "1.1"))
    manifest = manifest_of(files)
    assert {*manifest["content_scripts"][0]["js"], *manifest["background"]["scripts"]} <= files.keys()
    code = b"".join(content for name, content in files.items() if name.endswith(".js") and name != "catalogue.js")
    for word in (b"fetch(", b"XMLHttpRequest", b"WebSocket", b"eval(", b"http:", b"https:", b"document.title"):
        assert word not in code


def test_local_pages_are_patterns_too() -> None:
    """A path of the catalogue is written as browsers write it; with parameters or without, it is the same page."""
    services = with_local("/opt/a b/*", "/opt/école/x.html")
    assert patterns.sites(services) == ["*://*.lumni.fr/*"]
    assert patterns.files(services) == [
        "file:///opt/a%20b/*",
        "file:///opt/%C3%A9cole/x.html",
        "file:///opt/%C3%A9cole/x.html?*",
    ]


def test_the_menus_parameter_is_a_pattern() -> None:
    """Pages of this machine that PrimTux's menu opens are seen, and its other pages are not."""
    services = with_local(menu=("*",))
    assert patterns.files(services) == ["file:///*?*primtuxmenu*"]
    assert patterns.sites(services)[1:] == ["*://localhost/*?*primtuxmenu*", "*://127.0.0.1/*?*primtuxmenu*"]


def test_only_debians_chromium_is_given_the_disk(key: Signer) -> None:
    """The signed extension sees sites, the unpacked one files, Firefox's both; without files there is no second."""
    made = tree.tree(recipe(key, with_local("/opt/seyes/*")), 3)
    local = json.loads(made[f"{places.CHROMIUM_LOCAL}/manifest.json"].content)
    assert local["content_scripts"][0]["matches"] == ["file:///opt/seyes/*"]
    signed = manifest_of(unpacked(parts(made[places.CRX].content)[1]))
    assert signed["content_scripts"][0]["matches"] == ["*://*.lumni.fr/*"]
    both = manifest_of(unpacked(made[places.XPI].content))
    assert both["content_scripts"][0]["matches"] == ["*://*.lumni.fr/*", "file:///opt/seyes/*"]
    without = tree.tree(recipe(key, with_local()), 3)
    assert not [path for path in without if path.startswith((places.CHROMIUM_LOCAL, places.FIREFOX_PREFERENCES))]


def test_the_signature_is_chromiums(key: Signer) -> None:
    """The proof is of the manifest's key, over identifier and archive, as CRX3 wants it."""
    header, archive = parts(package.crx(recipe(key), "1.1"))
    proof, signed = fields(fields(header)[2]), fields(header)[10000]
    public = serialization.load_der_public_key(proof[1])
    assert isinstance(public, rsa.RSAPublicKey)
    message = b"CRX3 SignedData\0" + struct.pack("<I", len(signed)) + signed + archive
    public.verify(proof[2], message, padding.PKCS1v15(), hashes.SHA256())
    assert fields(signed)[1] == hashlib.sha256(proof[1]).digest()[:16]
    manifest = manifest_of(unpacked(archive))
    assert base64.b64decode(manifest["key"]) == proof[1]
    assert key.id == extension_id(proof[1])
    assert set(key.id) <= set("abcdefghijklmnop")


def test_what_is_put_in_place_fits_together(key: Signer) -> None:
    """Policies, updates and native hosts name the same extension, version and files."""
    made = tree.tree(recipe(key), 7)
    updates = made[places.UPDATES].content.decode()
    assert f'appid="{key.id}"' in updates
    assert 'version="1.7"' in updates
    assert places.url(places.CRX) in updates
    assert manifest_of(unpacked(parts(made[places.CRX].content)[1]))["version"] == "1.7"
    for path in places.POLICIES:
        forced = json.loads(made[path].content)["ExtensionSettings"][key.id]
        assert forced == {"installation_mode": "force_installed", "update_url": places.url(places.UPDATES)}
    for path in places.CHROMIUM_HOSTS:
        host = json.loads(made[path].content)
        assert f"chrome-extension://{key.id}/" in host["allowed_origins"]
        assert host["path"] == f"/{places.HOST_PROGRAM}"


def test_the_same_recipe_makes_the_same_bytes(key: Signer) -> None:
    """Nothing of the moment or the place gets in."""
    assert tree.tree(recipe(key), 2) == tree.tree(recipe(key), 2)
    assert tree.tree(recipe(key), 2) != tree.tree(recipe(key), 3)


def test_the_number_rises_when_the_extension_changes(tmp_path: Path, key: Signer) -> None:
    """Browsers take a new version for a changed catalogue, and none for an unchanged one."""
    first, second = recipe(key, with_local()), recipe(key, with_local("/opt/seyes/*"))
    assert [number(tmp_path, made.digest()) for made in (first, first, second, second, first)] == [1, 1, 2, 2, 3]


def test_the_key_is_kept_and_secret(tmp_path: Path) -> None:
    """It is made once, readable by its owner alone; a file that is no key is not overwritten."""
    made = signer(tmp_path / "key.pem")
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    assert signer(tmp_path / "key.pem").id == made.id
    (tmp_path / "key.pem").write_text("not a key")
    with pytest.raises(KeyFileError):
        signer(tmp_path / "key.pem")
    assert (tmp_path / "key.pem").read_text() == "not a key"

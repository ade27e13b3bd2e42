"""The page: what it shows of the facts, and that it is safe and readable."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from typing import Any

import pytest
from support.desk import DEVICE, INSTALL, OTHER, RUN, HandDesk

from socle_collector.dashboards import devices

TODAY = int(time.time() // 86_400)
NOON = TODAY * 96 + 48


class Text(HTMLParser):
    """The words of a page, and its elements with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.text = re.sub(r"\s+", " ", " ".join(self.words)).replace("\u00a0", " ").replace("\u202f", " ")

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of all elements of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]


def get(address: str = "/?lang=en", **headers: str) -> Any:
    """Ask for a page."""
    from django.test import Client

    return Client().get(address, headers=headers)


def page(address: str = "/?lang=en", **headers: str) -> Text:
    """The page, if it is one."""
    answer = get(address, **headers)
    assert answer.status_code == 200
    return Text(answer.content.decode())


def now(desk: HandDesk) -> None:
    """Let the desk live in the present, as the page does."""
    desk.clock.wall = time.time()


def roll_up(desk: HandDesk) -> None:
    """Do the chores."""
    desk.clock.advance(1)
    desk.chores.run(desk.connection)


def test_nothing_yet(desk: HandDesk) -> None:
    """Without a device it says how to register one; nothing is shown as a zero that is not known."""
    desk.connection.execute("DELETE FROM devices")
    text = page().text
    assert "No device registered: socle-collector device add --realm test" in text
    assert "Empty: all that came was accepted." in text


def test_use(desk: HandDesk) -> None:
    """Hours, services by their names, state and transmission of a device are shown."""
    now(desk)
    desk.say_hello(head=9, clock="trusted", senses={"session": "logind"})
    day = {"d": TODAY, "profile": "pupil", "services": {"gcompris": [5400, 3600], "not-in-it": [600, None]}}
    slots = [{"t": NOON + n, "powered": 900, "observed": 900, "open": 450} for n in range(8)]
    desk.tell(rev=5, slots=slots, days=[day])
    desk.handle(desk.letter("presence", b'{"v":1,"install":"9f3a11c2","run":"77aa01fe","state":"online"}'))
    roll_up(desk)
    shown = page()
    for words in (
        f"{DEVICE} other not told online seen just now 1.0 h / 2.0 h activity unknown GCompris 1.5 h",
        "not-in-it (not in the catalogue) 10 min",
        "not yet compared 4 revisions to come",
        "GCompris 1.5 h 1.0 h 1",
        "1 device without any message: use unknown, not zero.",
        "1 device with sums not yet compared.",
        "1 service outside the catalogue, shown by id.",
        f"{OTHER} other not told never heard nothing measured",
        "On 2.0 h last 14 days",
    ):
        assert words in shown.text, (words, shown.text)
    charts = [chart["aria-label"] for chart in shown.all("svg") if chart.get("role") == "img"]
    assert charts == ["2.0\u00a0h on, 1.0\u00a0h session open over 1 day", "nothing measured"]
    french = page("/?lang=fr").text
    assert "1,0 h / 2,0 h" in french
    assert "4 révisions à recevoir" in french


def test_what_a_machine_tells_of_itself(desk: HandDesk) -> None:
    """Means of the senses, activity, mains, a projector and the latest state of the hardware; unknown is said so."""
    now(desk)
    desk.say_hello(senses={"session": "logind", "idle": "x11", "focus": "none", "programs": "fanotify"})
    slot = {"powered": 900, "observed": 900, "charging": 900, "open": 900, "active": 600, "display": 300}
    rows = [
        {"t": NOON, "battery": {"charge": 0.2}},
        {"t": NOON + 4, "battery": {"charge": 0.83, "wear": 0.12, "cycles": 1},
         "disk": {"used": 0.4, "smart": "failing"}, "memory": {"used": 0.55, "oom": 0},
         "thermal": {"max_c": 61.4, "throttled_s": 90}, "boot": {"seconds": 31},
         "network": {"kind": "wifi", "signal_dbm": -61, "rtt_ms": 12.2}, "peripherals": ["projector", "camera"]},
    ]  # fmt: skip
    desk.tell(rev=5, slots=[{"t": NOON + n, **slot} for n in range(4)], health=rows)
    roll_up(desk)
    text = page("/?lang=fr").text
    for words in (
        "1,0 h / 1,0 h actif 40 min",
        "Sessions logind Inactivité x11 Premier plan non mesuré Programmes fanotify Sites du catalogue inconnu",
        "Sur secteur, 14 jours 1,0 h Avec projecteur, 14 jours 20 min",
        "Batterie chargée à 83 %, usure 12 %, 1 cycle Disque annonce une panne, plein à 40 % Mémoire occupée à 55 %",
        "Température 61 °C, ralenti 1 min par la chaleur Réseau Wi-Fi, signal -61 dBm, 12 ms jusqu'au serveur",
        "Démarrage prêt en 31 s Mises à jour inconnu ou sans objet Branchés projecteur, caméra",
    ):
        assert words in text.replace("\u202f", " "), (words, text)
    desk.tell(OTHER, rev=1, slots=[{"t": NOON, "powered": 900}], health=[{"t": NOON, "peripherals": []}])
    roll_up(desk)
    assert "activity unknown" in page().text
    assert "On mains, 14 days unknown" in page().text
    assert "Attached nothing" in page().text


def test_what_counts_comes_first(desk: HandDesk) -> None:
    """Of a device's services the three most present are shown; a browser only where little else was used."""
    now(desk)
    used = {"navigateur": 900, "gcompris": 800, "lumni": 700, "tuxpaint": 600}
    desk.tell(days=[{"d": TODAY, "profile": "pupil", "services": {name: [n, None] for name, n in used.items()}}])
    desk.tell(OTHER, days=[{"d": TODAY, "profile": "pupil", "services": {"navigateur": [900, None]}}])
    lists = page().text.split("Services most present")[0]
    assert "GCompris 13 min Lumni 11 min Tux Paint 10 min" in lists
    assert lists.count("15 min") == 1


def test_every_word_of_the_contract_can_be_shown() -> None:
    """Each kind of network and each peripheral has its words."""
    from socle_collector.dashboards.words import WORDS
    from socle_core.wire import fields

    (kinds,) = (key.words for key in fields.HEALTH["network"] if key.name == "kind")
    assert {f"network.{kind}" for kind in kinds} | set(fields.PERIPHERALS) <= set(WORDS)


def test_reconciled_or_not(desk: HandDesk) -> None:
    """The finding of the last audit is shown, and a copy at work."""
    now(desk)
    for device, undated in ((DEVICE, 0), (OTHER, 5)):
        desk.tell(device, rev=9)
        desk.send(
            "audit",
            f'{{"v":1,"install":"{INSTALL}","run":"{RUN}","ask":"{desk.ask()}","rev":9,"undated":{undated}}}'.encode(),
            device,
        )
    for run in ("0000000a", "0000000b", "0000000a"):
        desk.say_hello(run=run, clock="untrusted")
    text = page().text
    assert "verified copy at work clock not trusted" in text
    assert "Verified 1 / 2" in text
    assert "1 device at odds with their own sums" in text
    assert "1 device at work twice (copied disk)." in text
    assert "2 devices on which an open session cannot be seen" in text


def test_quarantine(desk: HandDesk) -> None:
    """What was refused is counted by its reason."""
    desk.handle(desk.letter("hello", b"nonsense"))
    desk.tell(slots=[{"t": NOON, "powered": 901}, {"t": NOON + 1, "powered": 901}])
    desk.connection.execute("INSERT INTO quarantine_dropped VALUES ('hello', 7)")
    text = page().text
    assert "slots powered is above 900 2" in text
    assert "hello not JSON 1" in text
    assert "7 more were thrown out for want of room." in text


def test_undated_and_unobserved(desk: HandDesk) -> None:
    """Time without a date, and time on without measuring, are told as what is not known."""
    now(desk)
    undated = [{"boot": "00000001", "profile": "shared", "powered": 7200}]
    desk.tell(rev=5, slots=[{"t": NOON, "powered": 900, "observed": 300}], undated=undated)
    roll_up(desk)
    text = page().text
    assert "2.0 h of use without a sure date" in text
    assert "10 min on without being measured" in text


def test_whether_it_is_collecting(desk: HandDesk) -> None:
    """When no collector is connected to the database, the page says so at the top."""
    banner = "The collector is storing nothing now"
    assert banner not in page().text
    desk.connection.execute("SET application_name = 'someone else'")
    assert banner in page().text


def test_database_away(desk: HandDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the database does not answer, the page says that, and comes back by itself."""
    from django.db import OperationalError

    def fail(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr("socle_collector.dashboards.rows.fetch", fail)
    answer = get()
    assert answer.status_code == 503
    text = Text(answer.content.decode())
    assert "The database does not answer." in text.text
    assert {"http-equiv": "refresh", "content": "10"} in text.all("meta")


def test_pages_of_devices(desk: HandDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long table comes in pages; an absurd page is the last or the first."""
    monkeypatch.setattr(devices, "PAGE", 1)
    assert "page 1 of 2" in page().text
    assert OTHER in page("/?lang=en&page=2").text and DEVICE not in page("/?lang=en&page=2").text
    assert "page 2 of 2" in page("/?lang=en&page=99999").text
    for absurd in ("0", "-1", "x", "9" * 30, "١"):
        assert "page 1 of 2" in page(f"/?lang=en&page={absurd}").text


@pytest.mark.parametrize(
    ("accept", "language"),
    [("", "fr"), ("en", "en"), ("en-GB,en;q=0.9", "en"), ("de,en;q=0.5,fr;q=0.4", "en"), ("de", "fr"),
     ("fr;q=0.2,en;q=0.9", "en"), ("en;q=0,de", "fr"), ("en;q=x", "fr"), ("\u0000,;;q=,", "fr")],
)  # fmt: skip
def test_language(desk: HandDesk, accept: str, language: str) -> None:
    """The browser's first choice of the two, French else; the address may say another."""
    assert page("/", accept_language=accept).all("html")[0]["lang"] == language
    assert page("/?lang=en", accept_language="fr").all("html")[0]["lang"] == "en"
    assert page("/?lang=xx", accept_language="fr").all("html")[0]["lang"] == "fr"


def test_refresh(desk: HandDesk) -> None:
    """It refreshes every ten seconds, and who cannot read so fast may stop that."""
    refresh = {"http-equiv": "refresh", "content": "10"}
    assert refresh in page().all("meta")
    assert refresh not in page("/?refresh=0").all("meta")
    assert any("refresh=0" in (link["href"] or "") for link in page().all("a"))


def test_headers(desk: HandDesk) -> None:
    """No script, nothing from elsewhere, in nobody's frame, not cached; and the page keeps to it."""
    answer = get()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    text = Text(answer.content.decode())
    assert not text.all("script") and not text.all("style")
    assert not [name for name, attributes in text.elements if "style" in attributes or "onclick" in attributes]


def test_style(desk: HandDesk) -> None:
    """The style sheet is there, and lasts under its own version only."""
    (address,) = [link["href"] for link in page().all("link") if link.get("rel") == "stylesheet"]
    assert address
    answer = get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "immutable" not in get("/style-0.css").headers["Cache-Control"]


def test_tables_can_be_read_aloud(desk: HandDesk) -> None:
    """Each table has a caption, each header cell a scope, each line of the body a header."""
    desk.handle(desk.letter("hello", b"nonsense"))
    desk.tell(days=[{"d": TODAY, "profile": "pupil", "services": {"gcompris": [5, 5]}}])
    text = page()
    assert len(text.all("table")) == len(text.all("caption")) > 1
    assert all(cell.get("scope") in ("row", "col") for cell in text.all("th"))


def test_nothing_can_be_smuggled_in(desk: HandDesk) -> None:
    """Text from outside is shown as text."""
    desk.connection.execute("UPDATE devices SET label = '<script>alert(1)</script>', school = '<b>'")
    body = get().content.decode()
    assert "<script" not in body and "&lt;script&gt;" in body and "<b>\n" not in body.replace("<b>1", "")


def test_only_reading(desk: HandDesk) -> None:
    """Nothing can be sent to the page, and there is no other."""
    from django.test import Client

    assert Client().post("/").status_code == 405
    assert get("/admin").status_code == 404
    assert get("/", host="evil.example").status_code == 400

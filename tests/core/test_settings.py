"""Settings from files, and every mistake that can stand in them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tables import tables

from socle_core.hours import Hours
from socle_core.settings.agent import AgentSettings, load_agent
from socle_core.settings.collector import CollectorSettings, load_collector
from socle_core.settings.errors import SettingsError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def agent(tmp_path: Path) -> Path:
    """The path of an agent.toml in an empty folder."""
    return tmp_path / "agent.toml"


def mistakes(path: Path, text: str) -> list[str]:
    """Write the text and return what the agent says about it, without the file's name."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_agent(path)
    return [str(mistake).removeprefix(f"{path}:").strip() for mistake in caught.value.mistakes]


def test_an_empty_file_gives_the_defaults(agent: Path) -> None:
    """Every setting of the agent has a default: it measures before it is enrolled."""
    agent.write_text("")
    settings = load_agent(agent)
    assert settings == AgentSettings()
    assert not settings.enrolled
    assert settings.hours == Hours.parse("mo-sa 08:00-17:00")


def test_shipped_agent_file_gives_the_defaults() -> None:
    """The file that the package installs changes nothing."""
    assert load_agent(ROOT / "config/agent.toml") == AgentSettings()


def test_shipped_collector_file_asks_for_the_realm_only() -> None:
    """The collector's file needs one thing from its owner, and says which."""
    with pytest.raises(SettingsError) as caught:
        load_collector(ROOT / "config/collector.toml")
    assert [mistake.where for mistake in caught.value.mistakes] == ["realm.name"]


def test_values_are_read(agent: Path) -> None:
    """What the file says is what the settings hold, in their own types."""
    agent.write_text(
        '[identity]\ndevice = "abcdefgh2345"\nrealm = "ac-rennes"\nkind = "cart"\n'
        '[server]\nhost = "broker.example"\nca = "/etc/ca.pem"\n'
        '[measure]\nhours = "mo-fr 09:00-10:00"\ncatalogue = ["/a.toml"]\n'
    )
    settings = load_agent(agent)
    assert settings.enrolled
    assert (settings.device, settings.realm, settings.kind) == ("abcdefgh2345", "ac-rennes", "cart")
    assert settings.ca == Path("/etc/ca.pem")
    assert settings.hours.seconds_in(0, 0, 86400) == 3600
    assert settings.catalogue == (Path("/a.toml"),)
    assert settings.port == 8883


def test_all_mistakes_come_at_once(agent: Path) -> None:
    """One run tells every mistake of a file, each with its line and its remedy."""
    told = mistakes(
        agent,
        "prot = 1\n"
        "[server]\n"
        "prot = 8883\n"
        'port = "8883"\n'
        "keepalive_s = 9999\n"
        "hours = 3\n"
        "[mesure]\n"
        "[measure]\n"
        'hours = "lu-ve 08:00-17:00"\n'
        'timezone = "Europe/Pariss"\n'
        "checkpoint_s = 60.5\n"
        "pause_allowed = 1\n"
        'catalogue = ["a.toml", 7]\n'
        'programs = "fanotfy"\n'
        "[identity]\n"
        'device = "ABC"\n'
        'realm = "ac rennes"\n',
    )
    expected = {
        "1: prot: stands above every section": "",
        "3: server.prot: unknown key": "did you mean 'port'?",
        "4: server.port: '8883' is not a whole number": "",
        "5: server.keepalive_s: 9999 is not between": "",
        "6: server.hours: unknown key": "belongs under [measure]",
        "7: [mesure]: unknown section": "did you mean 'measure'?",
        "9: measure.hours: 'lu'": "",
        "9: measure.hours: 've'": "",
        "10: measure.timezone: 'Europe/Pariss'": "did you mean 'Europe/Paris'?",
        "11: measure.checkpoint_s: 60.5 is not a whole number": "",
        "12: measure.pause_allowed: 1 is neither true nor false": "",
        "13: measure.catalogue: 'a.toml' is not an absolute path": "",
        "13: measure.catalogue: 7 is not a string": "",
        "14: measure.programs: 'fanotfy'": "did you mean 'fanotify'?",
        "16: identity.device: 'ABC'": "12 characters",
        "17: identity.realm: 'ac rennes'": "a-z",
    }
    told.sort(key=lambda line: int(line.split(":")[0]))
    assert len(told) == len(expected)
    for line, (start, end) in zip(told, expected.items(), strict=True):
        assert line.startswith(start)
        assert end in line


def test_true_is_not_a_number(agent: Path) -> None:
    """A boolean is refused where a number is due, although Python holds it to be one."""
    assert mistakes(agent, "[server]\nport = true\n") == ["2: server.port: True is not a whole number"]


def test_a_section_written_as_a_key(agent: Path) -> None:
    """A section's name used as a key is told apart from an unknown one."""
    assert mistakes(agent, "server = 3\n") == ["1: server: is a section: write [server] and its keys under it"]


def test_text_that_is_not_toml(agent: Path) -> None:
    """A slip of syntax is told with its line."""
    (told,) = mistakes(agent, '[server]\nhost = "a\n')
    assert told.startswith("2: not TOML:")


def test_a_missing_file_tells_the_remedy(agent: Path) -> None:
    """Without its file a program says where it looked and what to do."""
    with pytest.raises(SettingsError, match=r"agent\.toml: there is no such file: install .* --config"):
        load_agent(agent)


def test_half_an_enrolment_is_a_contradiction(agent: Path) -> None:
    """A device without a realm and a host cannot send: all that is missing is told."""
    told = mistakes(agent, '[identity]\ndevice = "abcdefgh2345"\n')
    assert [line.split(": ")[0] for line in told] == ["identity.realm", "server.host"]


@pytest.mark.parametrize(("given", "empty"), [("cert", "key"), ("key", "cert")])
def test_a_certificate_goes_with_its_key(agent: Path, given: str, empty: str) -> None:
    """One of the two alone is a contradiction, told where the empty one would stand."""
    (told,) = mistakes(agent, f'[server]\n{given} = "/x.pem"\n{empty} = ""\n')
    assert told.startswith(f"3: server.{empty}: is empty, but server.{given} is set")


def test_files_beside_override_in_order_of_name(agent: Path) -> None:
    """agent.d/*.toml override agent.toml key by key, later names over earlier ones, other files ignored."""
    agent.write_text("[server]\nport = 1\nkeepalive_s = 100\n")
    folder = agent.with_suffix(".d")
    folder.mkdir()
    (folder / "20.toml").write_text("[server]\nport = 3\n")
    (folder / "10.toml").write_text("[server]\nport = 2\ntls = false\n")
    (folder / "30.toml.bak").write_text("nonsense")
    settings = load_agent(agent)
    assert (settings.port, settings.keepalive_s, settings.tls) == (3, 100, False)


def test_mistakes_of_several_files_name_their_file(agent: Path) -> None:
    """Each mistake names its own file, and a wrong value is told although a later file gives a right one."""
    agent.write_text("[server]\nport = 0\n")
    folder = agent.with_suffix(".d")
    folder.mkdir()
    (folder / "a.toml").write_text("[server]\nport = 1\n")
    (folder / "b.toml").write_text("[server\n")
    with pytest.raises(SettingsError) as caught:
        load_agent(agent)
    assert [(mistake.file, mistake.line) for mistake in caught.value.mistakes] == [
        (agent, 2),
        (folder / "b.toml", 1),
    ]


def test_a_folder_that_cannot_be_listed_is_a_mistake(agent: Path) -> None:
    """What agent.d would say is not passed over: here it is no folder at all."""
    agent.write_text("")
    agent.with_suffix(".d").write_text("")
    with pytest.raises(SettingsError, match=r"agent\.d: it cannot be read"):
        load_agent(agent)


def test_the_other_folder_can_be_named(agent: Path, tmp_path: Path) -> None:
    """A folder given takes the place of agent.d."""
    agent.write_text("")
    (tmp_path / "more").mkdir()
    (tmp_path / "more/a.toml").write_text("[server]\nport = 7\n")
    assert load_agent(agent, tmp_path / "more").port == 7


def test_settings_are_frozen() -> None:
    """No setting changes after it was read; a changed copy leaves the first as it was."""
    settings = AgentSettings(checkpoint_s=10)
    with pytest.raises(AttributeError, match="frozen"):
        settings.checkpoint_s = 20  # type: ignore[misc,assignment,unused-ignore]
    assert settings.changed(checkpoint_s=20).checkpoint_s == 20
    assert settings.checkpoint_s == 10


def test_a_setting_that_does_not_exist_is_refused() -> None:
    """A misspelt name in code fails at once, not when it is read."""
    with pytest.raises(TypeError, match="chekpoint_s"):
        AgentSettings(chekpoint_s=10)


def test_settings_print_as_the_file_that_gives_them(agent: Path) -> None:
    """`str` of settings, written to a file, is read back as the same settings."""
    settings = AgentSettings(hours=Hours.parse("we 08:00-09:00"), ca=Path("/ca.pem"), tls=False)
    agent.write_text(str(settings), encoding="utf-8")
    assert load_agent(agent) == settings


SECRET = "postgresql://socle:hunter2@db/socle"


def collector(path: Path, url: str) -> CollectorSettings:
    """Read a collector's settings with this database address, written as TOML."""
    path.write_text(f'[realm]\nname = "ac-rennes"\n[database]\nurl = {url}\n')
    return load_collector(path)


def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    """The database's address is in the settings, and in nothing that prints them."""
    settings = collector(tmp_path / "collector.toml", f'"{SECRET}"')
    assert settings.database_url == SECRET
    for shown in (repr(settings), str(settings), f"{settings}"):
        assert "hunter2" not in shown
        assert "ac-rennes" in shown


@pytest.mark.parametrize("url", ['"mysql://socle:hunter2@db"', '["hunter2"]', '"postgresql://hunter2 x"'])
def test_a_secret_is_not_in_its_mistake(tmp_path: Path, url: str) -> None:
    """A wrong secret is told without repeating it."""
    with pytest.raises(SettingsError) as caught:
        collector(tmp_path / "collector.toml", url)
    assert "database.url" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("day", ["13-01", "02-29", "9-1", "00-10", "04-31"])
def test_a_school_year_begins_on_a_day_of_every_year(tmp_path: Path, day: str) -> None:
    """The first day of the school year must exist each year."""
    path = tmp_path / "collector.toml"
    path.write_text(f'[realm]\nname = "r"\n[ingest]\nkeep_from = "{day}"\n')
    with pytest.raises(SettingsError, match=r"ingest\.keep_from"):
        load_collector(path)


def test_a_required_setting_may_come_from_another_file(tmp_path: Path) -> None:
    """The realm given in collector.d is enough; given nowhere, it is asked for."""
    path = tmp_path / "collector.toml"
    path.write_text("")
    with pytest.raises(SettingsError, match=r"realm\.name: is required"):
        load_collector(path)
    path.with_suffix(".d").mkdir()
    (path.with_suffix(".d") / "realm.toml").write_text('[realm]\nname = "ac-dijon"\n')
    assert load_collector(path).realm == "ac-dijon"


DECLARED = (*AgentSettings.declared(), *CollectorSettings.declared())
SECTIONS = sorted({one.section for one in DECLARED})
KEYS = sorted({one.key for one in DECLARED})


@given(tables(SECTIONS, KEYS), st.booleans())
def test_whatever_a_file_holds_is_settings_or_a_settings_error(held: dict[str, object], agent: bool) -> None:
    """No value of any shape under any key ends in another error."""
    file, none = ROOT / "config/agent.toml", ROOT / "no-such-folder"
    try:
        if agent:
            load_agent(file, none, lambda _: held)
        else:
            load_collector(file, none, lambda _: held)
    except SettingsError as error:
        assert error.mistakes


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ('"jeanne martin"', 'item 2 is not of the form "name: profile"'),
        ('": pupil"', 'item 2 is not of the form "name: profile"'),
        ("7", 'item 2 is not of the form "name: profile"'),
        ('"martin: techer"', "item 2: its profile is none of pupil, teacher, shared, did you mean 'teacher'?"),
    ],
)
def test_a_wrong_account_is_told_without_its_name(agent: Path, item: str, why: str) -> None:
    """What is wrong with a rule of accounts is told by its number: its name may be a person's."""
    told = mistakes(agent, f'[measure]\naccounts = ["01-mini: pupil", {item}]\n')
    assert told == [f"2: measure.accounts: {why}"]


def test_accounts_are_read_and_not_shown(agent: Path) -> None:
    """Rules are held in their order, and are in nothing that prints the settings."""
    agent.write_text('[measure]\naccounts = ["martin:teacher", "* : shared"]\n', encoding="utf-8")
    settings = load_agent(agent)
    assert settings.accounts == (("martin", "teacher"), ("*", "shared"))
    assert "martin" not in f"{settings!r}{settings}"
    assert mistakes(agent, '[measure]\naccounts = "martin"\n') == [
        '2: measure.accounts: it is not a list, as in ["01-mini: pupil", "prof*: teacher"]'
    ]

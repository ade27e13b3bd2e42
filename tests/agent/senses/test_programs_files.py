"""From the catalogue's names to files: links, launchers, wrappers, flatpaks, snaps, AppImages, as they are found."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.programs import roots_in

from socle_agent.roots import Roots
from socle_agent.senses.programs.files import find
from socle_agent.senses.programs.files.appimage import service
from socle_agent.senses.programs.files.desktop import commands
from socle_agent.senses.programs.files.program import is_shared
from socle_agent.senses.programs.files.wrapper import started_by
from socle_agent.senses.programs.installed import LOOK_AGAIN_S, Found, Installed, changed, find_apart
from socle_core.catalogue.model import Catalogue, Service

PROGRAMS = ("usr/local/bin", "usr/bin", "usr/games", "opt", "opt/*", "opt/*/bin", "snap/bin")


def _catalogue(**services: dict[str, tuple[str, ...]]) -> Catalogue:
    rows = (Service(name, {"fr": name}, "resources", "arts", **keys) for name, keys in services.items())
    return Catalogue("2026.11", rows)


class Tree:
    """A machine's files, and what is found there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.roots: Roots = roots_in(folder, PROGRAMS)

    def program(self, path: str, text: str | None = None) -> Path:
        """An executable: a script of this text (`§` stands for the root of the tree), or a program."""
        file = self.file(path, "" if text is None else text)
        if text is None:
            shutil.copy("/bin/true", file)
        file.chmod(0o755)
        return file

    def file(self, path: str, text: str) -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("§", str(self.folder)))
        return file

    def link(self, path: str, target: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).symlink_to(target)

    def desktop(self, name: str, *lines: str, folder: str = "usr/share/applications") -> None:
        self.file(f"{folder}/{name}", "\n".join(("[Desktop Entry]", "Type=Application", *lines, "")))

    def found(self, **services: dict[str, tuple[str, ...]]) -> dict[str, str]:
        """Path from the root of the tree → service."""
        paths = find(_catalogue(**services), self.roots).paths
        return {str(Path(path).relative_to(self.folder)): service for path, service in paths.items()}

    def unseen(self, **services: dict[str, tuple[str, ...]]) -> frozenset[str]:
        return find(_catalogue(**services), self.roots).unseen


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """An empty machine."""
    return Tree(tmp_path)


def names(*executables: str) -> dict[str, tuple[str, ...]]:
    """What a row says of executables."""
    return {"executables": executables}


def desktop(*ids: str) -> dict[str, tuple[str, ...]]:
    """What a row says of desktop ids."""
    return {"desktop_ids": ids}


def test_a_link_leads_to_its_file(tree: Tree) -> None:
    """Also through Debian's alternatives."""
    tree.program("opt/Scratux/scratux")
    tree.link("usr/bin/scratux", "../../etc/alternatives/scratux")
    tree.link("etc/alternatives/scratux", "../../opt/Scratux/scratux")
    assert tree.found(scratch=names("scratux")) == {"opt/Scratux/scratux": "scratch"}


def test_a_file_behind_programs_of_two_services_belongs_to_none(tree: Tree) -> None:
    """A link shared by two services says nothing of which is used."""
    tree.program("usr/bin/shared")
    tree.link("usr/bin/one", "shared")
    tree.link("usr/bin/two", "shared")
    assert tree.found(one=names("one"), two=names("two")) == {}
    assert tree.found(one=names("one")) == {"usr/bin/shared": "one"}


@pytest.mark.parametrize(
    "name", ["python3.11", "perl5.36.0", "wish8.6", "wine64", "electron22", "java", "node", "bash", "busybox", "snap"]
)
def test_an_interpreter_is_never_watched(name: str, tree: Tree) -> None:
    """Neither by a link, nor by a launcher, nor behind a wrapper: it would count all that it runs."""
    tree.program(f"usr/lib/runtime/{name}")
    tree.link("usr/bin/linked", f"../lib/runtime/{name}")
    tree.desktop("launched.desktop", f"Exec={tree.folder}/usr/lib/runtime/{name} /usr/share/x/main.py")
    tree.program("usr/bin/wrapped", f'#!/bin/sh\nexec §/usr/lib/runtime/{name} /usr/share/x/main.py "$@"\n')
    services = {"a": names("linked"), "b": desktop("launched.desktop"), "c": names("wrapped")}
    assert tree.found(**services) == {"usr/bin/wrapped": "c"}
    assert tree.unseen(**services) == {"b"}


def test_a_launcher_leads_to_its_program(tree: Tree) -> None:
    """By its path or by its name, behind env, in quotes; only the commands of its main group count."""
    tree.program("usr/games/gcompris-qt")
    tree.program("usr/lib/a b/c")
    tree.program("usr/bin/other")
    tree.desktop("gcompris.desktop", "Exec=env -i LANG=fr gcompris-qt %U", "[Desktop Action new]", "Exec=other")
    tree.desktop("abc.desktop", f'Exec="{tree.folder}/usr/lib/a b/c" --new %F', "TryExec=java")
    rows = {"gcompris": desktop("gcompris.desktop"), "abc": desktop("abc.desktop", "absent.desktop")}
    assert tree.found(**rows) == {"usr/games/gcompris-qt": "gcompris", "usr/lib/a b/c": "abc"}
    assert tree.unseen(**rows) == frozenset()


def test_a_launcher_of_a_page_is_not_the_browser(tree: Tree) -> None:
    """An activity that a browser shows is no program of its own."""
    tree.program("usr/bin/chromium")
    tree.desktop("activity.desktop", "Exec=chromium --app=https://activity.example/")
    assert tree.found(activity=desktop("activity.desktop")) == {}
    assert tree.unseen(activity=desktop("activity.desktop")) == {"activity"}


def test_whose_name_it_bears_goes_before_who_launches_it(tree: Tree) -> None:
    """A launcher of one service that starts the program of another takes nothing from it."""
    tree.program("usr/bin/chromium")
    tree.desktop("kiosk.desktop", "Exec=chromium --kiosk")
    assert tree.found(browser=names("chromium"), kiosk=desktop("kiosk.desktop")) == {"usr/bin/chromium": "browser"}


def test_debians_chromium(tree: Tree) -> None:
    """A shell script that puts its program's path together; the script, which the same process runs first, too."""
    tree.program(
        "usr/bin/chromium",
        "#!/bin/sh\nAPPNAME=chromium\nGDB=/usr/bin/gdb\nLIBDIR=§/usr/lib/$APPNAME\nif [ $debug -eq 1 ] ; then\n"
        '  $GDB "$LIBDIR/$APPNAME" -x $tmpfile\n  exit $?\nelse\n'
        '  if [ $want_temp_profile -eq 0 ] ; then\n    exec $LIBDIR/$APPNAME $CHROMIUM_FLAGS "$@"\n  fi\nfi\n',
    )
    tree.program("usr/lib/chromium/chromium")
    tree.program("usr/lib/chromium/chrome_crashpad_handler")
    assert tree.found(browser=names("chromium")) == {
        "usr/bin/chromium": "browser",
        "usr/lib/chromium/chromium": "browser",
    }


def test_libreoffice(tree: Tree) -> None:
    """A link to a script that finds its own folder, starts oosplash, which starts soffice.bin."""
    tree.link("usr/bin/libreoffice", "../lib/libreoffice/program/soffice")
    tree.program(
        "usr/lib/libreoffice/program/soffice",
        '#!/bin/sh\nsd_cwd=$(pwd)\nsd_res="$0"\nsd_dirname=$(dirname "$sd_res")\ncd "$sd_dirname" || exit $?\n'
        'sd_prog=$(pwd)\nexec > valgrind.log 2>&1\nexec $RRCHECK $STRACECHECK "$sd_prog/oosplash" "$@"\n',
    )
    for name in ("oosplash", "soffice.bin", "unopkg.bin"):
        tree.program(f"usr/lib/libreoffice/program/{name}")
    found = tree.found(office=names("libreoffice", "soffice", "soffice.bin"))
    assert {Path(path).name for path in found} == {"soffice", "oosplash", "soffice.bin"}


def test_a_script_before_java_or_python_is_watched_itself(tree: Tree) -> None:
    """As Debian starts GeoGebra, JClic and Thonny: the process that runs the script is the program's."""
    tree.program("usr/bin/geogebra", '#!/bin/bash\nJAVACMD=java\nexec "$JAVACMD" -jar "$GG_PATH/geogebra.jar" "$@"\n')
    tree.program("usr/bin/jclic", '#!/bin/sh\njava -jar /usr/share/java/jclic.jar "$@"\n')
    tree.program("usr/bin/thonny", "#!/usr/bin/python3\nfrom thonny import launch\n")
    rows = {name: names(name) for name in ("geogebra", "jclic", "thonny")}
    assert tree.found(**rows) == {f"usr/bin/{name}": name for name in rows}


def test_a_wrapper_that_starts_anothers_program_takes_nothing(tree: Tree) -> None:
    """Neither a tool that all use nor a program that bears another service's name."""
    tree.program("usr/bin/kolibri", '#!/bin/sh\nexec §/usr/bin/zenity "$@"\n§/usr/lib/chromium/chromium "$@"\n')
    tree.program("usr/bin/zenity")
    tree.program("usr/lib/chromium/chromium")
    assert tree.found(kolibri=names("kolibri"), browser=names("chromium")) == {"usr/bin/kolibri": "kolibri"}


@pytest.mark.parametrize(
    "script",
    [
        'HERE="`dirname "$WRAPPER"`"\nexec -a "$0" "$HERE/inner" "$@"',
        'DIR="$( cd "$( dirname "${BASH_SOURCE[0]}" )" && pwd )"\n"$DIR/inner" "$@"',
        'exec "$(dirname "$(readlink -f "$0")")/inner" "$@"',
        'exec "${0%/*}/inner" "$@"',
        'export ROOT="§/opt/app"\nexec env LANG=C "${ROOT}/inner" $*',
        'exec "${APP_HOME:-§/opt/app}/inner" \\\n  --fullscreen "$@"',
        "NAME='inner'\nexec §/opt/app/$NAME",
    ],
)
def test_the_ways_of_finding_ones_own_folder(script: str, tree: Tree) -> None:
    """As wrappers of the wild do it."""
    tree.program("opt/app/run.sh", f"#!/usr/bin/env bash\n{script}\n")
    tree.program("opt/app/inner")
    tree.link("usr/bin/app", "../../opt/app/run.sh")
    assert tree.found(app=names("app")) == {"opt/app/run.sh": "app", "opt/app/inner": "app"}


def test_wrappers_that_start_one_another_in_a_circle_end(tree: Tree) -> None:
    """Two scripts, each of which starts the other."""
    tree.program("opt/app/a", '#!/bin/sh\nexec §/opt/app/b "$@"\n')
    tree.program("opt/app/b", '#!/bin/sh\nexec §/opt/app/a "$@"\n')
    assert set(tree.found(app=names("a"))) == {"opt/app/a", "opt/app/b"}


def _flatpak(tree: Tree, app: str, exec_line: str, metadata: str = "") -> str:
    """Install a flatpak as flatpak does; return the folder of its files."""
    deployed = f"var/lib/flatpak/app/{app}/x86_64/stable/0f1e2d3c"
    tree.link(f"var/lib/flatpak/app/{app}/current", "x86_64/stable")
    tree.link(f"var/lib/flatpak/app/{app}/x86_64/stable/active", "0f1e2d3c")
    tree.file(f"{deployed}/metadata", f"[Application]\nname={app}\nruntime=org.kde.Platform/x86_64/6.7\n{metadata}")
    tree.desktop(f"{app}.desktop", f"Exec={exec_line}", folder=f"{deployed}/export/share/applications")
    tree.link(
        f"var/lib/flatpak/exports/share/applications/{app}.desktop",
        f"../../../app/{app}/current/active/export/share/applications/{app}.desktop",
    )
    return f"{deployed}/files"


def test_a_flatpak(tree: Tree) -> None:
    """Its launcher names the program inside, which lies in the folder that the application sees as /app."""
    app = "org.kde.gcompris"
    line = f"/usr/bin/flatpak run --branch=stable --arch=x86_64 --command=gcompris-qt --file-forwarding {app} @@u %U @@"
    files = _flatpak(tree, app, line)
    tree.program(f"{files}/bin/gcompris-qt")
    assert tree.found(gcompris=desktop(f"{app}.desktop")) == {f"{files}/bin/gcompris-qt": "gcompris"}


def test_a_flatpak_whose_metadata_name_the_command(tree: Tree) -> None:
    """A launcher without --command, and a wrapper inside that speaks of /app."""
    app = "org.chromium.Chromium"
    files = _flatpak(tree, app, f"flatpak run {app} %U", "command=/app/bin/chromium\n")
    tree.program(f"{files}/bin/chromium", '#!/bin/sh\nexec zypak-wrapper.sh /app/chromium/chrome "$@"\n')
    tree.program(f"{files}/chromium/chrome")
    assert set(tree.found(browser=desktop(f"{app}.desktop"))) == {f"{files}/bin/chromium", f"{files}/chromium/chrome"}


def test_a_flatpak_that_is_half_removed(tree: Tree) -> None:
    """A launcher that leads nowhere is no error."""
    _flatpak(tree, "org.gone.Gone", "flatpak run org.gone.Gone")
    tree.desktop("odd.desktop", "Exec=flatpak")
    rows = {"gone": desktop("org.gone.Gone.desktop", "odd.desktop")}
    assert tree.found(**rows) == {}
    assert tree.unseen(**rows) == {"gone"}


SNAP = """\
name: firefox
version: 145.0-1
apps:
  firefox:
    command: firefox.launcher
    command-chain:
    - snap/command-chain/desktop-launch
    plugs:
    - audio-playback
  geckodriver:
    command: $SNAP/usr/lib/firefox/geckodriver --log warn
architectures:
- amd64
"""


def test_a_snap(tree: Tree) -> None:
    """What /snap/bin/firefox starts is told by the snap itself; its wrapper speaks of $SNAP."""
    tree.program("usr/bin/snap")
    for name in ("firefox", "firefox.geckodriver"):
        tree.link(f"snap/bin/{name}", str(tree.folder / "usr/bin/snap"))
    tree.link("snap/bin/drive", "firefox.geckodriver")
    tree.link("snap/firefox/current", "7224")
    tree.file("snap/firefox/7224/meta/snap.yaml", SNAP)
    tree.program("snap/firefox/7224/firefox.launcher", '#!/bin/sh\nexec "$SNAP/usr/lib/firefox/firefox" "$@"\n')
    tree.program("snap/firefox/7224/usr/lib/firefox/firefox")
    tree.program("snap/firefox/7224/usr/lib/firefox/geckodriver")
    tree.desktop(
        "firefox_firefox.desktop",
        f"Exec=env BAMF_DESKTOP_FILE_HINT=x {tree.folder}/snap/bin/firefox %u",
        folder="var/lib/snapd/desktop/applications",
    )
    inside = "snap/firefox/7224"
    both = {f"{inside}/firefox.launcher": "browser", f"{inside}/usr/lib/firefox/firefox": "browser"}
    assert tree.found(browser=names("firefox")) == both
    assert tree.found(browser=desktop("firefox_firefox.desktop")) == both
    assert tree.found(driver=names("drive")) == {f"{inside}/usr/lib/firefox/geckodriver": "driver"}
    assert tree.found(absent=names("snap")) == {}


def test_an_appimage(tree: Tree) -> None:
    """The file itself, whatever its version, where programs are put for all."""
    tree.program("opt/Scratch-Desktop-3.29.1-x86_64.AppImage")
    tree.program("opt/tools/OpenBoard-1.7.appimage")
    rows = {"scratch": names("scratch-desktop"), "openboard": names("OpenBoard")}
    assert tree.found(**rows) == {
        "opt/Scratch-Desktop-3.29.1-x86_64.AppImage": "scratch",
        "opt/tools/OpenBoard-1.7.appimage": "openboard",
    }


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("scratch-desktop.AppImage", "three"),
        ("Scratch_Desktop.AppImage", None),
        ("scratch-v1.4.AppImage", "one"),
        ("scratch-aarch64.AppImage", "one"),
        ("scratchy.AppImage", None),
        ("3D.AppImage", None),
    ],
)
def test_whose_appimage_it_is(name: str, owner: str | None) -> None:
    """The name without version and machine is that of an executable, and nothing less."""
    assert service(name, _catalogue(one=names("scratch"), three=names("scratch-desktop"))) == owner


def test_places_that_do_not_exist_are_no_error(tree: Tree) -> None:
    """An empty machine has nothing, and when something comes it has changed."""
    assert tree.found(one=names("one"), two=desktop("two.desktop")) == {}
    before = changed(tree.roots)
    tree.program("snap/app/1/x")
    after = changed(tree.roots)
    assert after != before
    assert changed(tree.roots) == after


def test_it_is_looked_when_something_was_installed_and_each_hour(tree: Tree) -> None:
    """And not otherwise: what is found is the same as in this process, but for what looking leaves in memory."""
    rows = _catalogue(one=names("one"), two=desktop("two.desktop"))
    installed = Installed(rows, tree.roots)
    installed.look(100.0)
    assert installed.found == Found({})
    assert not installed.is_due(101.0)
    tree.program("usr/bin/one")
    tree.desktop("two.desktop", "Exec=java -jar two.jar")
    assert installed.is_due(101.0)
    installed.look(101.0)
    assert (
        installed.found
        == find(rows, tree.roots)
        == Found({str(tree.folder / "usr/bin/one"): "one"}, frozenset({"two"}))
    )
    assert [installed.is_due(101.0 + after) for after in (0, LOOK_AGAIN_S - 1, LOOK_AGAIN_S)] == [False, False, True]


def test_a_look_that_fails_is_tried_again(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found before holds meanwhile."""
    tree.program("usr/bin/one")
    rows = _catalogue(one=names("one"))
    installed = Installed(rows, tree.roots)
    installed.look(100.0)
    before = installed.found
    with monkeypatch.context() as patch:
        patch.setattr("socle_agent.senses.programs.files.find", lambda *_: 1 / 0)
        assert find_apart(rows, tree.roots) is None
        installed.look(200.0)
    assert installed.found == before
    assert installed.is_due(200.0)


def test_a_folder_or_a_file_that_cannot_be_executed_is_no_program(tree: Tree) -> None:
    """Only an executable file is watched."""
    tree.file("usr/bin/plain", "text")
    (tree.folder / "usr/bin/folder").mkdir()
    tree.link("usr/bin/dangling", "nowhere")
    tree.link("usr/bin/circle", "circle")
    assert tree.found(one=names("plain", "folder", "dangling", "circle")) == {}


PIECES = st.sampled_from(
    ["exec ", '"$@"', "$(dirname $0)", "`pwd`", "${X:-", "}", "$X", "X=", "Y='", '"', "/bin/true", "/bin/sh", " ", "\n",
     "\\", "env ", "Exec=", "[Desktop Entry]", "\n[", "é", "\0", "$(", ")", "flatpak run ", "%U", "${0%/*}"]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_script_and_no_launcher_is_an_error(tree: Tree, text: str) -> None:
    """Whatever they hold, they lead to executables that are no interpreters, or to nothing."""
    script = tree.program("opt/app/script", "#!/bin/sh\n" + text)
    for path in started_by(str(script), tree.roots):
        assert os.access(path, os.X_OK)
        assert not is_shared(path)
    tree.file("usr/share/applications/x.desktop", text)
    assert all(commands(text))
    find(_catalogue(app=desktop("x.desktop"), other=names("script")), tree.roots)

"""The manual page, in man(7)."""

from __future__ import annotations

from socle_agent import __version__
from socle_agent.cli import COMMANDS
from socle_agent.document.speaking import GLOBAL, speaking
from socle_agent.texts import say
from socle_agent.usage import EXIT_CODES, synopsis

FILES = {
    "/etc/socle/agent.toml": "config",
    "/etc/socle/agent.d/*.toml": "config_d",
    "/usr/share/socle/catalogue.toml": "catalogue",
    "/etc/socle/catalogue.d/*.toml": "catalogue_d",
    "/var/lib/socle-agent/ledger.db": "ledger",
    "/run/socle-agent/socket": "socket",
}
"""Files, and the end of the key of what is said of each."""


def page(language: str) -> str:
    """The page in fr or en."""
    with speaking(language):
        return "\n".join(
            [
                r".\" Written by python -m socle_agent.document from agent/socle_agent: change it there.",
                f'.TH SOCLE\\-AGENT 1 "" "socle\\-agent {__version__}" "Socle"',
                *_part("name", f"socle\\-agent \\- {_roff(say('man.tagline'))}"),
                *_part("synopsis", ".B socle\\-agent", f".I {_roff(say('man.command'))}", "[\\fIoptions\\fR]"),
                *_part("description", *_paragraphs(say("man.about"))),
                *_part("commands", *(line for name in COMMANDS for line in _command(name))),
                *_part(
                    "options", *(line for option in GLOBAL for line in _tagged(_option(option), f"option.{option}"))
                ),
                *_part("exit", *(line for code in EXIT_CODES for line in _tagged(str(code), f"exit.{code}"))),
                *_part("files", *(line for path, key in FILES.items() for line in _tagged(path, f"man.file.{key}"))),
                *_part("privacy", *_paragraphs(say("man.privacy.text"))),
                "",
            ]
        )


def _part(key: str, *lines: str) -> list[str]:
    return [f".SH {_roff(say(f'man.{key}'))}", *lines]


def _command(name: str) -> list[str]:
    lines = [".TP", f".B {_roff(synopsis(name))}", f"{_roff(say(f'command.{name}'))}."]
    for option in COMMANDS[name].options:
        lines += [".RS", *_tagged(option, f"option.{option}"), ".RE"]
    return lines


def _option(option: str) -> str:
    return f"{option} {say('word.file')}" if option == "--config" else option


def _tagged(tag: str, key: str) -> list[str]:
    return [".TP", f".B {_roff(tag)}", f"{_roff(say(key))}."]


def _paragraphs(text: str) -> list[str]:
    return [line for paragraph in text.split("\n") for line in (".PP", _roff(paragraph))][1:]


def _roff(text: str) -> str:
    """Text in which nothing is a command of roff; a hyphen that one may type stays one."""
    return text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")

"""The process that serves the pages: gunicorn with one worker of a few threads.

`python -m socle_collector.page PARENT [CONFIG]`, started by `socle-collector run`.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from socle_collector import logs, project
from socle_collector.child import die_with_parent
from socle_core.settings.collector import CollectorSettings, load_collector

THREADS = 4


class _OurLog(Logger):  # type: ignore[misc]
    """Hands gunicorn's messages to our log instead of writing them in a form of its own."""

    def setup(self, cfg: Any) -> None:  # noqa: ARG002
        """Keep warnings and worse; requests are not logged, they hold addresses."""
        self.error_log.propagate = True
        self.error_log.setLevel(logging.WARNING)
        self.access_log.disabled = True


class Pages(BaseApplication):  # type: ignore[misc]
    """The Django project under gunicorn, without any configuration file of gunicorn's."""

    def __init__(self, settings: CollectorSettings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what it must know."""
        for name, value in self._options().items():
            self.cfg.set(name, value)

    def _options(self) -> dict[str, Any]:
        host = f"[{self._settings.page_host}]" if ":" in self._settings.page_host else self._settings.page_host
        return {
            "bind": f"{host}:{self._settings.page_port}",
            "workers": 1,
            "threads": THREADS,
            "worker_class": "gthread",
            "logger_class": _OurLog,
            "graceful_timeout": 2,
            "proc_name": "socle-collector-pages",
        }

    def load(self) -> Any:
        """Return the WSGI application; called in the worker."""
        from django.core.wsgi import get_wsgi_application

        project.configure(self._settings)
        return get_wsgi_application()


def main(arguments: list[str]) -> None:
    """Serve until ended."""
    parent, *config = arguments
    die_with_parent(int(parent))
    logs.set_up()
    os.environ.pop("GUNICORN_CMD_ARGS", None)
    Pages(load_collector(Path(config[0]) if config else None)).run()


if __name__ == "__main__":
    main(sys.argv[1:])

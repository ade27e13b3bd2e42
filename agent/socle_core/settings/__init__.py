"""Settings of both programs, each declared once.

`agent.py` and `collector.py` declare them. From the declarations come the typed frozen objects, the checks
of `read.py`, the commented files config/agent.toml and config/collector.toml, and docs/settings.md
(`document.py`).
Importers name the submodule: an agent pays for each import in memory.
"""

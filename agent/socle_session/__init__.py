"""The session's helper: tells the agent whether a session is idle and which catalogued service is in front.

`helper` joins all; the tray runs it inside its own loop, `python3 -m socle_session` alone. What it needs of a loop is
`socle_session.loop`. Only ids of the catalogue and booleans leave it: titles are never asked for, and what names a
program that is not in the catalogue is forgotten where it was read.
"""

__version__ = "0.1.0"

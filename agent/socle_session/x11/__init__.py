"""Idle and focus on X11, over the bare protocol: no library, no polling.

Sources: X Window System Protocol, version 11; X Synchronization Extension 3.1 (IDLETIME); The X Resource Extension 1.2;
Extended Window Manager Hints 1.5.
"""

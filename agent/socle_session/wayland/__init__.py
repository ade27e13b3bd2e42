"""Idle and focus on Wayland, over the bare protocol.

Sources: wayland.xml; ext-idle-notify-v1.xml (sway, labwc, KWin); idle.xml of KDE (their older releases);
wlr-foreign-toplevel-management-unstable-v1.xml (compositors built on wlroots).
"""

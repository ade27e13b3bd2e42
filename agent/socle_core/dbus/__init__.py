"""D-Bus without a library: `bus` speaks with a bus, `marshal` turns its values to bytes and back.

GLib and the Python bindings would weigh more than all that listens to a bus here.
"""

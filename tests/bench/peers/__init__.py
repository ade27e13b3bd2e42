"""Programs that watch a machine and report over MQTT, set up to do about the same work every 10 s.

Each module has `install()` (NotMeasuredError when it cannot), `command(broker)` and `environment()`.
"""

"""Recorded machines: what /sys, /proc and /var show of each, and the health that is to be read from it."""

"""The machine's health: a process that reads it once, hands it to the agent and ends. One module for each group.

A group is a module with `read(reader)`, which returns the group's keys (a list for peripherals), and `SOURCES`, where
each key comes from in a few words: docs/health.md is made of these. What keys and words there are is the contract's
business (socle_core.wire.fields); what is absent, unreadable or absurd is left out, never 0.
"""

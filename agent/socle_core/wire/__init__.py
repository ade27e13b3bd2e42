"""The wire contract, version 1: what an agent and a collector say to each other (docs/contract.md)."""

"""The promises of the contract, with real processes: agent, mosquitto, collector, PostgreSQL."""

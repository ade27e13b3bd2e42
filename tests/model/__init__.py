"""A model of agents, broker and collector, to try the promises of the contract over thousands of schedules."""

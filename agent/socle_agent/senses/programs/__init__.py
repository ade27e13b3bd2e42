"""Being written by the lead right now (senses/programs): AGENT-IO, please go on with identity, app, cli, status, doctor."""

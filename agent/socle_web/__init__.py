"""Time on catalogued pages: the extension of browsers, the host that hands its seconds to the agent, their builder."""

"""The commands about the catalogue: whether its files are right, and what it says of one thing.

What is asked stays in this process: it is neither logged nor kept, and the agent is not asked.
"""

from socle_agent.catalogue.check import check
from socle_agent.catalogue.explain import explain

__all__ = ["check", "explain"]

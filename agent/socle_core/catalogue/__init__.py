"""The catalogue: the only services whose use is counted, and how each is recognised.

    >>> catalogue = load([Path("config/catalogue.toml")])
    >>> catalogue.by_domain("p2ia.lalilo.com")
    'lalilo'

What is in no row is nobody's business: it is dropped where it was seen, and never sent.
"""

from socle_core.catalogue.load import CatalogueError, load
from socle_core.catalogue.model import Catalogue, Service

__all__ = ["Catalogue", "CatalogueError", "Service", "load"]

"""What people see: pages made on the server, in two languages, from one face."""

from zhili.interchange.open311.settings import Open311Settings
from zhili.pages.settings import Settings
from zhili.pages.site import Site

__all__ = ["Open311Settings", "Settings", "Site"]

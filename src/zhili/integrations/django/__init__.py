"""zhili as a Django app: in the host's database, in its transactions, for its users."""

from zhili.integrations.django.engines import engine, face

__all__ = ["engine", "face"]

"""The store in a host's own database: over Django's connection, in the host's transaction."""

from zhili.integrations.django.store.opening import SCHEME, open_hosted

__all__ = ["SCHEME", "open_hosted"]

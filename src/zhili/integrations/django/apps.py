"""The app for `INSTALLED_APPS`."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core import checks as django_checks
from django.db.models.signals import post_migrate

__all__ = ["ZhiliConfig"]


class ZhiliConfig(AppConfig):
    """zhili in the host's database; no model of it is anybody's to change."""

    name = "zhili.integrations.django"
    label = "zhili"
    verbose_name = "zhili 治理"

    def ready(self) -> None:
        """Make known what there is; nothing is opened before somebody asks for it."""
        from zhili.integrations.django import checks  # noqa: PLC0415 - once the apps are there
        from zhili.integrations.django.store.opening import have_opened  # noqa: PLC0415 - as above

        have_opened()
        for check in checks.CHECKS:
            django_checks.register(check)
        post_migrate.connect(_publish_defaults, sender=self)


def _publish_defaults(using: str, **_: Any) -> None:
    """Begin with the default policies as soon as there are tables: no request has to."""
    from zhili.integrations.django import engines  # noqa: PLC0415 - once the apps are there
    from zhili.integrations.django.settings import host_said  # noqa: PLC0415 - as above
    from zhili.integrations.django.store.opening import is_migrated  # noqa: PLC0415 - as above

    if using != host_said().database:
        return
    engines.forget()
    if is_migrated(using):
        engines.engine()

"""Whether a store was made by this version of the tables, an older or a newer one."""

from zhili.errors import StoreError
from zhili.store.schema import SCHEMA_VERSION

__all__ = ["refuse_other_version"]


def refuse_other_version(found: str | None, url: str) -> None:
    """
    Accept the version of the tables that a store says it has, if it is this program's.

    Args:
        found: What the store's `meta` says under `schema`; None if it says nothing.

        url: The store, as it may be shown.

    Raises:
        StoreError: If the tables are older, newer, or of no version at all.
    """
    if found == str(SCHEMA_VERSION):
        return
    if found is None or not found.isascii() or not found.isdigit():
        said = "none" if found is None else repr(found)
        message = f"{url} does not say which version its tables have ({said}); restore a backup"
    elif int(found) < SCHEMA_VERSION:
        message = (
            f"{url} has tables of version {found}, older than this program's {SCHEMA_VERSION}; "
            "run `zhili migrate`"
        )
    else:
        message = (
            f"{url} has tables of version {found}, newer than this program's {SCHEMA_VERSION}; "
            "use a newer zhili"
        )
    raise StoreError(message, url=url, found=found, expected=str(SCHEMA_VERSION))

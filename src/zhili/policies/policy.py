"""What every policy is: a frozen, versioned document that checks itself."""

from collections.abc import Mapping
from typing import ClassVar, Self

from zhili.values import Value

__all__ = ["Policy"]


class Policy(Value):
    """
    Rules as data. Published into the log as JSON; events name the version they used.

    `name` is the stable name under which versions of the document are published.
    """

    name: ClassVar[str]

    def model_copy(self, *, update: Mapping[str, object] | None = None, deep: bool = False) -> Self:
        """
        Give the document with some fields replaced, checked like any other document.

        pydantic's own copy checks nothing and would carry over indexes built for the old fields.
        """
        source = super().model_copy(deep=True) if deep else self
        fields = {field: getattr(source, field) for field in type(self).model_fields}
        return type(self).model_validate({**fields, **(update or {})})

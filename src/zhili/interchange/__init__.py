"""How cases come in from other systems, and how they go out."""

from zhili.interchange.import_map import ImportMap
from zhili.interchange.importing import import_cases
from zhili.interchange.summary import ImportSummary

__all__ = ["ImportMap", "ImportSummary", "import_cases"]

"""How cases come in from other systems, and how they go out."""

from zhili.interchange.examination import Examined, examine, examine_open311
from zhili.interchange.import_map import ImportMap
from zhili.interchange.importing import import_cases, import_examined
from zhili.interchange.open311.source import open311_map
from zhili.interchange.summary import ImportSummary

__all__ = [
    "Examined", "ImportMap", "ImportSummary", "examine", "examine_open311", "import_cases",
    "import_examined", "open311_map",
]  # fmt: skip

"""How cases come in from other systems, and how they go out."""

from zhili.interchange.examination import Examined, examine
from zhili.interchange.import_map import ImportMap
from zhili.interchange.importing import import_cases, import_examined
from zhili.interchange.summary import ImportSummary

__all__ = [
    "Examined", "ImportMap", "ImportSummary", "examine", "import_cases", "import_examined",
]  # fmt: skip

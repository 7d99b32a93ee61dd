"""What is handed out: the export, its audit, a store made of it, and figures that are published."""

from zhili.evidence.export import Exported, export
from zhili.evidence.figure import Difference, publish, reproduce
from zhili.evidence.folder import OpenedFolder, audit_folder, opened_folder
from zhili.evidence.import_log import Imported, import_log

__all__ = [
    "Difference",
    "Exported",
    "Imported",
    "OpenedFolder",
    "audit_folder",
    "export",
    "import_log",
    "opened_folder",
    "publish",
    "reproduce",
]

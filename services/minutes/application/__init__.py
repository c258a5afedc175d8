"""What minutes answers and what its decisions lean on; one module for each practice of the cell."""

from __future__ import annotations

from typing import Any

from services.minutes.application import (
    afterwards,
    books,
    corrections,
    documents,
    files,
    meetings,
    opinions,
    printed,
    scans,
    signatures,
    sitting,
    study,
    twelve_months,
    words,
)
from services.minutes.application.days import due
from services.minutes.application.deciding import known, roles
from services.minutes.application.files import standing
from services.minutes.domain.basis import BASIS
from services.minutes.domain.books import BOOKS
from services.minutes.domain.files import ATTACHMENTS
from services.minutes.domain.minutes import MINUTES
from services.minutes.domain.presenting import PRESENTING
from services.minutes.domain.scans import SCANS
from services.minutes.domain.study import STUDY
from shared.decision import Noun

NOUNS: tuple[Noun[Any, Any], ...] = (MINUTES, PRESENTING, STUDY, BASIS, BOOKS, ATTACHMENTS, SCANS)

__all__ = [
    "NOUNS",
    "afterwards",
    "books",
    "corrections",
    "documents",
    "due",
    "files",
    "known",
    "meetings",
    "opinions",
    "printed",
    "roles",
    "scans",
    "signatures",
    "sitting",
    "standing",
    "study",
    "twelve_months",
    "words",
]

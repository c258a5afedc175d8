"""What roster knows beside the history it decides on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.branch import Branch


@dataclass(frozen=True)
class Known:
    """Roster hears nobody yet: its own read model of the branch, and the days off work."""

    branch: Branch | None = None
    holidays: frozenset[date] = frozenset()

"""What roster knows beside the history it decides on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from shared.branch import Branch
from shared.rules import RuleBook, shipped


@dataclass(frozen=True)
class Known:
    """Its own read model of the branch, the rules heard from hub, and the days off work."""

    branch: Branch | None = None
    rules: RuleBook = field(default_factory=shipped)
    """The rules published for the branch and above it, beside those that come with chibo."""
    holidays: frozenset[date] = frozenset()

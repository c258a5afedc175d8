"""What roster knows beside the history it decides on."""

from __future__ import annotations

from dataclasses import dataclass

from shared.branch import Branch


@dataclass(frozen=True)
class Known:
    """Roster hears nobody yet; the branch as its own read model shows it, for whoever asks as a service does."""

    branch: Branch | None = None

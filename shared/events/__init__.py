"""The facts: one file per noun, in life order; here they are joined."""

from __future__ import annotations

from shared.events import branch, hub, meeting, minutes, notebook, ranking, ranking_flag
from shared.events.envelope import Fact

NOUNS: dict[str, tuple[type[Fact], ...]] = {
    "branch": branch.FACTS,
    "meeting": meeting.FACTS,
    "minutes": minutes.FACTS,
    "ranking": ranking.FACTS,
    "hub": hub.FACTS,
    "notebook": notebook.FACTS,
    "ranking_flag": ranking_flag.FACTS,
}
"""Facts by the file they stand in, in life order."""

ALL: dict[str, type[Fact]] = {fact.kind(): fact for facts in NOUNS.values() for fact in facts}
"""Every fact there is, by its published type."""

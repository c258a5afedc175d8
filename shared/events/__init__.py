"""The facts: one file per noun, in life order; here they are joined."""

from __future__ import annotations

from shared.events import (
    afterwards,
    appraisal,
    books,
    branch,
    calendar_feed,
    files,
    honour,
    hub,
    late_profile,
    learning,
    locality,
    meeting,
    meeting_gap,
    member,
    minutes,
    notebook,
    organisation,
    ranking,
    ranking_deadline,
    ranking_flag,
    restored,
    roster_flag,
    scheduler_flag,
    sending,
    signatures,
    signing,
    sitting,
    study,
    theme,
    unit_meeting,
)
from shared.events.envelope import Fact

NOUNS: dict[str, tuple[type[Fact], ...]] = {
    "organisation": organisation.FACTS,
    "branch": branch.FACTS,
    "member": member.FACTS,
    "locality": locality.FACTS,
    "honour": honour.FACTS,
    "roster_flag": roster_flag.FACTS,
    "signing": signing.FACTS,
    "meeting": meeting.FACTS,
    "unit_meeting": unit_meeting.FACTS,
    "sending": sending.FACTS,
    "late_profile": late_profile.FACTS,
    "theme": theme.FACTS,
    "learning": learning.FACTS,
    "scheduler_flag": scheduler_flag.FACTS,
    "calendar_feed": calendar_feed.FACTS,
    "minutes": minutes.FACTS,
    "sitting": sitting.FACTS,
    "afterwards": afterwards.FACTS,
    "signatures": signatures.FACTS,
    "meeting_gap": meeting_gap.FACTS,
    "study": study.FACTS,
    "books": books.FACTS,
    "files": files.FACTS,
    "ranking": ranking.FACTS,
    "hub": hub.FACTS,
    "notebook": notebook.FACTS,
    "ranking_flag": ranking_flag.FACTS,
    "appraisal": appraisal.FACTS,
    "ranking_deadline": ranking_deadline.FACTS,
    "restored": restored.FACTS,
}
"""Facts by the file they stand in, in life order."""

ALL: dict[str, type[Fact]] = {fact.kind(): fact for facts in NOUNS.values() for fact in facts}
"""Every fact there is, by its published type."""

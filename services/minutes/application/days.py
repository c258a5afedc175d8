"""The clock's table: days that passed without what was to come."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from services.minutes.application.profiles import meeting_profile, practice_of, scoring_frame
from services.minutes.domain.awaited import Awaited, Memory, Promise, answered, awaited
from services.minutes.domain.flags import ClearMinutesFlag, RaiseMinutesFlag
from services.minutes.domain.remembered import (
    Flagged,
    Outcome,
    flag_key,
)
from services.minutes.domain.study import ClearStudyFlag, RaiseStudyFlag
from shared.decision import VIETNAM, Command
from shared.events.envelope import moment
from shared.stream.clock import Due

if TYPE_CHECKING:
    from shared.signing_keys import Keyring
    from shared.store.views import ViewReader


def due(reader: ViewReader, now: datetime) -> list[Due]:
    """Days that have passed without what was to come, and flags answered in another meeting or owed no more."""
    found: list[Due] = []
    for branch in sorted({*reader.branches("outcomes"), *reader.branches("study")}):
        memory = remembered(reader, branch)
        known_flags = {
            flag_key(one.flag, one.meeting_id or one.session_id, one.item, one.member_id) for one in memory.flags
        }
        found += [
            _raised(one, branch)
            for one in awaited(memory)
            if one.moment <= now
            and flag_key(one.flag, one.meeting_id or one.session_id, one.item, one.member_id) not in known_flags
        ]
        found += [_cleared(one.flag, one.on, branch, now, answered=one.answered) for one in answered(memory)]
    return found


def _raised(one: Awaited, branch: str) -> Due:
    command: Command
    if one.meeting_id is None:
        command = RaiseStudyFlag(session_id=one.session_id or "", member_id=one.member_id or "", due_on=one.due_on)
    else:
        command = RaiseMinutesFlag(
            meeting_id=one.meeting_id, flag=one.flag, item=one.item, member_id=one.member_id, due_on=one.due_on
        )
    return Due(
        moment=one.moment,
        command=command,
        branch=branch,
        rule=f"{one.flag}/{one.item}/{one.member_id}",
    )


def _cleared(flag: Flagged, on: date, branch: str, now: datetime, *, answered: bool) -> Due:
    command: Command
    if flag.meeting_id is None:
        command = ClearStudyFlag(session_id=flag.session_id or "", member_id=flag.member_id or "", on=on)
    else:
        command = ClearMinutesFlag(
            meeting_id=flag.meeting_id,
            flag=flag.flag,
            item=flag.item,
            member_id=flag.member_id,
            due_on=flag.due_on,
            on=on,
            answered=answered,
        )
    return Due(
        moment=now,
        command=command,
        branch=branch,
        rule=f"clear/{flag.flag}/{flag.item}/{flag.member_id}",
    )


def remembered(reader: ViewReader, branch: str) -> Memory:
    """All that is remembered of a branch's meetings, for looking through what has its day."""
    outcomes: list[Outcome] = reader.scan("outcomes", branch)
    rings: list[Keyring] = reader.scan("signers", branch)
    practice = practice_of(max((_day(one) for one in outcomes), default=date.min), branch)
    return Memory(
        branch=reader.get("branch", branch, ""),
        presented=reader.scan("presented", branch),
        study=reader.scan("study", branch),
        visits=reader.scan("visits", branch),
        corrections=reader.scan("corrections", branch),
        outcomes=outcomes,
        comings=reader.scan("comings", branch),
        promises=[
            Promise(one.meeting_id, one.opinion_id, one.answer_by, date.fromisoformat(one.answer_due))
            for one in reader.scan("open_opinions", branch)
            if one.answer_due is not None
        ],
        flags=reader.scan("flags", branch),
        papers=reader.scan("papers_signed", branch),
        signs_since=min((_begun(ring) for ring in rings), default=None),
        signing_days=practice.signing_days.value if practice else None,
        profiles={
            one.meeting_id: profile
            for one in reader.scan("meetings", branch)
            if (profile := meeting_profile(reader, branch, one)) is not None
        },
        to_score=frozenset(
            one.meeting_id for one in outcomes if scoring_frame(moment(one.opened_at).date(), branch) is not None
        ),
    )


def _begun(ring: Keyring) -> date:
    return moment(ring.keys[0].since).astimezone(VIETNAM).date()


def _day(outcome: Outcome) -> date:
    return moment(outcome.opened_at).astimezone(VIETNAM).date()

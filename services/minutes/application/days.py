"""The clock's table: days that passed without what was to come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from services.minutes.application.profiles import meeting_profile
from services.minutes.domain.awaited import Awaited, Memory, Promise, answered, awaited
from services.minutes.domain.flags import ClearMinutesFlag, RaiseMinutesFlag
from services.minutes.domain.known import Charge
from services.minutes.domain.presenting import ClearPresentingFlag, RaisePresentingFlag, owed, presented_on
from services.minutes.domain.remembered import (
    Flagged,
    Outcome,
    flag_key,
)
from services.minutes.domain.study import ClearStudyFlag, RaiseStudyFlag
from services.minutes.domain.used_rules import NoticeLateMinutesRules, Used
from shared import heard_rules
from shared.days import civil_day, end_of
from shared.decision import Command
from shared.events.envelope import moment
from shared.stream.clock import Due

if TYPE_CHECKING:
    from shared.rules import PracticeProfile, RuleBook
    from shared.signing_keys import Keyring
    from shared.store.views import ViewReader


def due(reader: ViewReader, now: datetime) -> list[Due]:
    """Days that have passed without what was to come, and flags answered in another meeting or owed no more."""
    found: list[Due] = []
    published = heard_rules.OfMany(reader)
    for branch in sorted({*reader.branches("outcomes"), *reader.branches("study"), *reader.branches("charges")}):
        rules = published.rules(branch)
        memory = remembered(reader, branch, rules)
        known_flags = {
            flag_key(one.flag, one.meeting_id or one.session_id, one.item, one.member_id) for one in memory.flags
        }
        found += [
            _raised(one, branch)
            for one in awaited(memory)
            if one.moment <= now
            and flag_key(one.flag, one.meeting_id or one.session_id, one.item, one.member_id) not in known_flags
        ]
        found += _presenting(reader, branch, memory, now)
        found += _late_rules(branch, memory, rules, now)
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


def _presenting(reader: ViewReader, branch: str, memory: Memory, now: datetime) -> Iterator[Due]:
    """Documents that somebody was to present by a meeting's day, and flags on those that are owed no more (R39)."""
    charges: list[Charge] = reader.scan("charges", branch)
    planned = {one.meeting_id: one for one in reader.scan("meetings", branch)} if charges else {}
    flagged = [one for one in memory.flags if one.flag == "not_presented"]
    known_flags = {(one.item, one.meeting_id, one.due_on) for one in flagged}
    ends = {one.doc_no: presented_on(one, memory.presented) for one in charges}
    waits = {
        (one.doc_no, one.meeting_id, one.due_on)
        for charge in charges
        if (one := owed(charge, planned.get(charge.meeting_id), memory.presented)) is not None
    }
    for doc_no, meeting_id, due_on in sorted(waits - known_flags):
        if end_of(due_on) <= now and not (memory.branch and memory.branch.dissolved(due_on)):
            raising = RaisePresentingFlag(doc_no=doc_no, meeting_id=meeting_id, due_on=due_on)
            yield Due(moment=end_of(due_on), command=raising, branch=branch, rule=f"not_presented/{meeting_id}")
    for flag in flagged:
        if flag.cleared_on is None and (flag.item, flag.meeting_id, flag.due_on) not in waits:
            presented = ends.get(flag.item or "")
            clearing = ClearPresentingFlag(
                doc_no=flag.item or "",
                meeting_id=flag.meeting_id or "",
                due_on=flag.due_on,
                answered=presented is not None,
                on=presented or civil_day(now),
            )
            yield Due(moment=now, command=clearing, branch=branch, rule=f"clear/not_presented/{flag.meeting_id}")


def _late_rules(branch: str, memory: Memory, rules: RuleBook, now: datetime) -> Iterator[Due]:
    """Meetings that followed other rules than would be chosen now, while their minutes can be corrected (R36, R43)."""
    today = civil_day(now)
    charter = memory.branch.charter if memory.branch else None
    chosen = charter.corrections.request_within_days if charter and charter.corrections else None
    for one in memory.outcomes:
        day = _day(one)
        practice = _practice(rules, one, branch)
        days = practice.correction_days.under(chosen) if practice else chosen or 0
        if day + timedelta(days=days) < today:
            continue
        used: tuple[tuple[Used, str | None], ...] = (("practice", one.practice), ("scoring", one.rubric))
        for subject, ref in used:
            late = None if ref is None else rules.late(ref, subject, day, branch)
            if late is not None and late.chosen not in one.late_rules:
                notice = NoticeLateMinutesRules(meeting_id=one.meeting_id, rule_subject=subject)
                yield Due(moment=now, command=notice, branch=branch, rule=f"late-rules {late.chosen}", happens_now=True)


def _practice(rules: RuleBook, one: Outcome, branch: str) -> PracticeProfile | None:
    """The practice rules pinned for a meeting, or those of its day."""
    with suppress(LookupError):
        return (
            rules.pinned("practice", one.practice) if one.practice else rules.profile_for("practice", _day(one), branch)
        )
    return None


def remembered(reader: ViewReader, branch: str, rules: RuleBook) -> Memory:
    """All that is remembered of a branch's meetings, for looking through what has its day."""
    outcomes: list[Outcome] = reader.scan("outcomes", branch)
    rings: list[Keyring] = reader.scan("signers", branch)
    practices = {one.meeting_id: _practice(rules, one, branch) for one in outcomes}
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
        signing_days={id: practice.signing_days.value for id, practice in practices.items() if practice is not None},
        profiles={
            one.meeting_id: profile
            for one in reader.scan("meetings", branch)
            if (profile := meeting_profile(rules, one)) is not None
        },
        to_score=frozenset(
            one.meeting_id for one in outcomes if rules.chosen("scoring", _day(one), branch) is not None
        ),
    )


def _begun(ring: Keyring) -> date:
    return civil_day(moment(ring.keys[0].since))


def _day(outcome: Outcome) -> date:
    return civil_day(moment(outcome.opened_at))

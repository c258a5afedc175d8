"""By when each step of a quarter's or year's ranking is due, by its profile; what is missing raises a flag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from services.ranking.domain.appraisal import Appraisal
from services.ranking.domain.appraisal_criteria import LongProfile
from services.ranking.domain.owed import Answered, Owed
from shared import periods
from shared.days import end_of
from shared.events.envelope import instant
from shared.events.ranking_deadline import Step


def flag_of(step: Step, period: str, reopened: int = 0) -> str:
    """The flag on a step; a ranking that was opened again falls due anew."""
    return f"{step}:{period}" + (f":{reopened}" if reopened else "")


def deadlines(
    profile: LongProfile,
    period: str,
    appraisal: Appraisal,
    answers: Mapping[Step, Answered],
    raised: Iterable[str],
) -> Iterable[Owed]:
    """Every step that is still missing, or whose flag stands though it has come."""
    if profile.deadlines is None:
        return
    standing, ends = set(raised), periods.last_day(period)
    for step, due_on, waits, members in _steps(profile, appraisal, ends):
        flag_id = flag_of(step, period, len(appraisal.reopened))
        if waits or flag_id in standing:
            yield Owed(
                flag_id=flag_id,
                owing=step,
                due_at=instant(end_of(due_on)),
                due_on=due_on,
                member_ids=members,
                period=period,
                profile=profile.ref,
                answered=None if waits else answers.get(step),
                raised=flag_id in standing,
            )


def _steps(
    profile: LongProfile, appraisal: Appraisal, ends: date
) -> Iterable[tuple[Step, date, bool, tuple[str, ...]]]:
    """Step, day, whether it is waited for, and whom it is missing from."""
    rules, opened = profile.deadlines, appraisal.opened
    if rules is None:
        return
    yield "opened", ends + timedelta(days=rules.opened_days.value), opened is None, ()
    if opened is None:
        return
    done = appraisal.phase in {"sent", "final"}
    if profile.needs_self_assessment.value and opened.self_assessment_due_on is not None:
        silent = tuple(member for member in opened.members if member not in appraisal.assessed)
        yield "assessed", opened.self_assessment_due_on, bool(silent) and not done, silent
    if profile.needs_vote.value:
        voted = {member for member, vote in appraisal.voted.items() if vote.adopted}
        rest = tuple(member for member in opened.members if member not in voted)
        yield "voted", ends + timedelta(days=rules.vote_days.value), bool(rest) and not done, rest
    if profile.needs_approval.value:
        yield "approved", ends + timedelta(days=rules.approval_days.value), appraisal.phase != "final", ()

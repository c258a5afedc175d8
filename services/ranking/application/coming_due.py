"""What has come due: months to be opened, flags to be raised and cleared; also what was missed while off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from services.ranking.application.rules import Chooser, every_rule
from services.ranking.application.succession import to_hand_over
from services.ranking.domain.appraisal import Appraisal, NoticeLateRules, who
from services.ranking.domain.appraisal_criteria import LongProfile
from services.ranking.domain.deadlines import deadlines
from services.ranking.domain.flag import ClearRankingFlag, RaiseRankingFlag
from services.ranking.domain.notebook import Notebooks, missing
from services.ranking.domain.owed import Dues, Owed, cleared_at
from services.ranking.domain.owed import coverage as coverage_owed
from services.ranking.domain.ranking import NoticeLateMonthRules, OpenRanking
from services.ranking.projections import AppraisalShown, MonthsOpened, NotebooksShown
from shared import periods
from shared.branch import Branch
from shared.days import VIETNAM, civil_day
from shared.events.envelope import moment
from shared.events.ranking_deadline import STEPS
from shared.rules import RuleBook
from shared.stream.clock import Due

if TYPE_CHECKING:
    from shared.store.views import ViewReader


def due(reader: ViewReader, now: datetime) -> tuple[Due, ...]:
    """What has come and is not done, also what was missed while nothing ran here.

    Months whose ranking is to be opened, flags to be raised on what has not come, flags to be cleared.
    """
    book = every_rule(reader)
    months = [
        Due(moment=moment, command=OpenRanking(period=period), branch=code, rule="ranking-opens")
        for code in reader.branches("months")
        for period, moment in _to_open(reader, code, now, book)
    ]
    chooser = Chooser(book)
    late = [
        Due(moment=now, command=command, branch=code, rule=f"late-rules-{ref}")
        for code in reader.branches("dues")
        for command, ref in _late_rules(reader, code, chooser)
    ]
    return (*months, *late, *(one for code in reader.branches("dues") for one in _flags_due(reader, code, now, book)))


def _late_rules(
    reader: ViewReader, code: str, chooser: Chooser
) -> Iterable[tuple[NoticeLateMonthRules | NoticeLateRules, str]]:
    """Rankings opened under other rules than would be chosen now, of which nobody was told."""
    dues: Dues = reader.get("dues", code, "") or Dues()
    for period, refs in dues.pinned.items():
        every = periods.kind(period)
        subject = {"month": "ranking.monthly", "year": "ranking.annual"}.get(every, "ranking.quarterly")
        chosen = chooser.ref(subject, periods.last_day(period), code)
        if chosen is None or chosen in refs:
            continue
        notice = NoticeLateMonthRules(period=period) if every == "month" else NoticeLateRules(period=period)
        yield notice, chosen


def _flags_due(reader: ViewReader, code: str, now: datetime, book: RuleBook) -> Iterable[Due]:
    branch: Branch | None = reader.get("branch", code, "")
    if branch is None:
        return
    yield from to_hand_over(reader, branch, now)
    for owed in _owed(reader, code, now, book).values():
        if owed.to_raise(now) and not branch.dissolved(civil_day(moment(owed.due_at or ""))):
            raising = RaiseRankingFlag(flag_id=owed.flag_id)
            yield Due(moment=moment(owed.due_at or ""), command=raising, branch=code, rule=f"{owed.rule}-missed")
        elif owed.to_clear():
            clearing = ClearRankingFlag(flag_id=owed.flag_id)
            yield Due(moment=cleared_at(owed), command=clearing, branch=code, rule=f"{owed.rule}-answered")


def _owed(reader: ViewReader, code: str, now: datetime, book: RuleBook) -> dict[str, Owed]:
    """What is owed in a branch by the flag it would raise, with the notebooks and ranks of the periods ended."""
    dues: Dues = reader.get("dues", code, "") or Dues()
    more = (*_notebooks_owed(reader, code, dues, now), *_ranks_owed(reader, code, dues, now, book))
    return {**dues.owed, **{owed.flag_id: owed for owed in more}}


def owed_by(reader: ViewReader, code: str, flag_id: str) -> Owed | None:
    """What one flag is about, as it stands."""
    dues: Dues = reader.get("dues", code, "") or Dues()
    branch: Branch | None = reader.get("branch", code, "")
    kind, _, period = flag_id.partition(":")
    if kind == "notebooks" and branch is not None and periods.named(period):
        return coverage_owed(dues, _uninspected(reader, branch, period), period)
    if kind in STEPS and branch is not None:
        steps = _steps_owed(reader, branch, dues, period.partition(":")[0], every_rule(reader))
        return next((owed for owed in steps if owed.flag_id == flag_id), None)
    return dues.owed.get(flag_id)


def _ranks_owed(reader: ViewReader, code: str, dues: Dues, now: datetime, book: RuleBook) -> Iterable[Owed]:
    """Every quarter and year that began and ended here, and whatever else was opened."""
    branch: Branch | None = reader.get("branch", code, "")
    if branch is None or dues.charter_since is None:
        return
    wanted = {period for period in dues.pinned if periods.kind(period) != "month"}
    wanted |= {*_ended(dues.charter_since, "quarter", now), *_ended(dues.charter_since, "year", now)}
    standing = {flag_id.split(":")[1] for flag_id in dues.raised}
    for period in sorted(wanted - (set(dues.finished) - standing)):
        yield from _steps_owed(reader, branch, dues, period, book)


def _steps_owed(reader: ViewReader, branch: Branch, dues: Dues, period: str, book: RuleBook) -> Iterable[Owed]:
    shown: AppraisalShown | None = reader.get("appraisals", branch.code, period)
    appraisal = shown.appraisal if shown is not None else Appraisal()
    profile = _profile_of(book, branch, period, appraisal)
    if profile is not None and (appraisal.opened is not None or who(profile, branch, period)):
        yield from deadlines(profile, period, appraisal, shown.answers if shown is not None else {}, dues.raised)


def _profile_of(book: RuleBook, branch: Branch, period: str, appraisal: Appraisal) -> LongProfile | None:
    """The profile pinned at the opening, or that would be; None where the period has no ranking of its own (R30)."""
    ends, opened = periods.last_day(period), appraisal.opened
    try:
        if periods.kind(period) == "year":
            if opened is not None:
                return book.pinned("ranking.annual", opened.profile)
            return book.profile_for("ranking.annual", ends, branch.code)
        if opened is not None:
            return book.pinned("ranking.quarterly", opened.profile)
        quarterly = book.profile_for("ranking.quarterly", ends, branch.code)
    except LookupError:
        return None
    return quarterly if quarterly.ranks_quarter(int(period[-1])) else None


def _notebooks_owed(reader: ViewReader, code: str, dues: Dues, now: datetime) -> Iterable[Owed]:
    """Every period of the charter that began and ended here, and whatever a flag stands on (R38)."""
    branch: Branch | None = reader.get("branch", code, "")
    rule = branch.charter.notebook if branch is not None and branch.charter is not None else None
    if branch is None or rule is None or dues.notebooks_since is None:
        return
    wanted = {flag_id.partition(":")[2] for flag_id in dues.raised if flag_id.startswith("notebooks:")}
    wanted |= set(_ended(dues.notebooks_since, rule.inspect_every, now))
    for period in sorted(wanted):
        owed = coverage_owed(dues, _uninspected(reader, branch, period), period)
        if owed is not None:
            yield owed


def _ended(since: str, every: periods.Every, now: datetime) -> Iterable[str]:
    """The periods that began after this site was told, and are over."""
    day, today = civil_day(moment(since)), civil_day(now)
    period = periods.following(periods.containing(day, every))
    while periods.last_day(period) < today:
        yield period
        period = periods.following(period)


def _uninspected(reader: ViewReader, branch: Branch, period: str) -> tuple[str, ...]:
    shown: NotebooksShown | None = reader.get("notebooks", branch.code, period)
    return missing(shown.notebooks if shown is not None else Notebooks(), branch, period)


def _to_open(reader: ViewReader, code: str, now: datetime, book: RuleBook) -> list[tuple[str, datetime]]:
    branch: Branch | None = reader.get("branch", code, "")
    shown: MonthsOpened = reader.get("months", code, "")
    if branch is None or shown.since is None:
        return []
    since = moment(shown.since)
    found = []
    for period in _months_between(since, now):
        opens_at = _opens_at(book, code, period)
        if (
            opens_at is not None
            and since <= opens_at <= now
            and period > max(shown.periods, default="")
            and not branch.dissolved(opens_at.date())
            and branch.base(periods.last_day(period))
        ):
            found.append((period, opens_at))
    return found


def _months_between(since: datetime, now: datetime) -> Iterable[str]:
    period = periods.containing(civil_day(since), "month")
    while periods.first_day(period) <= civil_day(now):
        yield period
        period = periods.following(period)


def _opens_at(book: RuleBook, code: str, period: str) -> datetime | None:
    ends = periods.last_day(period)
    try:
        profile = book.profile_for("ranking.monthly", ends, code)
    except LookupError:
        return None
    hour = profile.opens_at_hour.value
    return datetime(ends.year, ends.month, profile.opens_on_day.value, hour, tzinfo=VIETNAM)

"""What has come due: months to be opened, flags to be raised and cleared; also what was missed while off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services.ranking.domain.flag import ClearRankingFlag, RaiseRankingFlag
from services.ranking.domain.notebook import Notebooks, missing
from services.ranking.domain.owed import Dues, Owed, cleared_at
from services.ranking.domain.owed import coverage as coverage_owed
from services.ranking.domain.ranking import OpenRanking, last_day
from services.ranking.projections import MonthsOpened, NotebooksShown
from shared import periods
from shared.branch import Branch
from shared.decision import VIETNAM
from shared.events.envelope import moment
from shared.rules import shipped
from shared.stream.clock import Due

if TYPE_CHECKING:
    from shared.store.views import ViewReader


def due(reader: ViewReader, now: datetime) -> tuple[Due, ...]:
    """What has come and is not done, also what was missed while nothing ran here.

    Months whose ranking is to be opened, flags to be raised on what has not come, flags to be cleared.
    """
    months = [
        Due(moment=moment, command=OpenRanking(period=period), branch=code, rule="ranking-opens")
        for code in reader.branches("months")
        for period, moment in _to_open(reader, code, now)
    ]
    return (*months, *(one for code in reader.branches("dues") for one in _flags_due(reader, code, now)))


def _flags_due(reader: ViewReader, code: str, now: datetime) -> Iterable[Due]:
    branch: Branch | None = reader.get("branch", code, "")
    if branch is None:
        return
    for owed in _owed(reader, code, now).values():
        if owed.to_raise(now) and not branch.dissolved(moment(owed.due_at or "").astimezone(VIETNAM).date()):
            raising = RaiseRankingFlag(flag_id=owed.flag_id)
            yield Due(moment=moment(owed.due_at or ""), command=raising, branch=code, rule=f"{owed.rule}-missed")
        elif owed.to_clear():
            clearing = ClearRankingFlag(flag_id=owed.flag_id)
            yield Due(moment=cleared_at(owed), command=clearing, branch=code, rule=f"{owed.rule}-answered")


def _owed(reader: ViewReader, code: str, now: datetime) -> dict[str, Owed]:
    """What is owed in a branch by the flag it would raise, with the notebooks of every period ended by ``now``."""
    dues: Dues = reader.get("dues", code, "") or Dues()
    return {**dues.owed, **{owed.flag_id: owed for owed in _notebooks_owed(reader, code, dues, now)}}


def owed_by(reader: ViewReader, code: str, flag_id: str) -> Owed | None:
    """What one flag is about, as it stands."""
    dues: Dues = reader.get("dues", code, "") or Dues()
    branch: Branch | None = reader.get("branch", code, "")
    kind, _, period = flag_id.partition(":")
    if kind == "notebooks" and branch is not None and periods.named(period):
        return coverage_owed(dues, _uninspected(reader, branch, period), period)
    return dues.owed.get(flag_id)


def _notebooks_owed(reader: ViewReader, code: str, dues: Dues, now: datetime) -> Iterable[Owed]:
    branch: Branch | None = reader.get("branch", code, "")
    rule = branch.charter.notebook if branch is not None and branch.charter is not None else None
    if branch is None or rule is None or dues.notebooks_since is None:
        return
    period = periods.containing(moment(dues.notebooks_since).astimezone(VIETNAM).date(), rule.inspect_every)
    while periods.last_day(period) < now.astimezone(VIETNAM).date():
        owed = coverage_owed(dues, _uninspected(reader, branch, period), period)
        if owed is not None:
            yield owed
        period = periods.following(period)


def _uninspected(reader: ViewReader, branch: Branch, period: str) -> tuple[str, ...]:
    shown: NotebooksShown | None = reader.get("notebooks", branch.code, period)
    return missing(shown.notebooks if shown is not None else Notebooks(), branch, period)


def _to_open(reader: ViewReader, code: str, now: datetime) -> list[tuple[str, datetime]]:
    branch: Branch | None = reader.get("branch", code, "")
    shown: MonthsOpened = reader.get("months", code, "")
    if branch is None or shown.since is None:
        return []
    since = moment(shown.since)
    found = []
    for period in _months_between(since, now):
        opens_at = _opens_at(period)
        if (
            opens_at is not None
            and since <= opens_at <= now
            and period > max(shown.periods, default="")
            and not branch.dissolved(opens_at.date())
            and branch.base(last_day(period))
        ):
            found.append((period, opens_at))
    return found


def _months_between(since: datetime, now: datetime) -> Iterable[str]:
    day, last = since.astimezone(VIETNAM).date(), now.astimezone(VIETNAM).date()
    while f"{day:%Y-%m}" <= f"{last:%Y-%m}":
        yield f"{day:%Y-%m}"
        day = last_day(f"{day:%Y-%m}") + timedelta(days=1)


def _opens_at(period: str) -> datetime | None:
    ends = last_day(period)
    try:
        profile = shipped().profile_for("ranking.monthly", ends)
    except LookupError:
        return None
    hour = profile.opens_at_hour.value
    return datetime(ends.year, ends.month, profile.opens_on_day.value, hour, tzinfo=VIETNAM)

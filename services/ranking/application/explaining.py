"""Why a rank is what it is: from the rank to rule lines, from each line to its facts, none left unresolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from services.ranking.application.answers import Answer, FactInWords, History, Name, Open, not_found, told
from services.ranking.application.appraisals import opened_appraisal
from services.ranking.application.citing import criterion, title
from services.ranking.application.months import opened_month, tasks_by_fact
from services.ranking.application.rules import rules
from services.ranking.domain.known import RemarkSeen
from services.ranking.projections import AppraisalShown, DisciplinesShown, RankingShown
from shared import periods
from shared.events import appraisal as appraising
from shared.events.appraisal import DISCIPLINE_WORDS, RankingProposed
from shared.events.envelope import Recorded
from shared.events.member import SOURCE_WORDS
from shared.events.ranking import Rank, ReasonLine, TaskCompleted, TaskFailed
from shared.rules import Profile, numbers
from shared.rules.profile import Confidence

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class HeardFact(Answer):
    """A fact of another service that a rule line looked at, as far as it was heard here."""

    id: str
    service: str
    vi: str
    en: str


class NumberApplied(Answer):
    """A number of the profile that a rule line compared with: where it was read, and how sure that is."""

    key: str
    value: str
    source: str
    confidence: Confidence


class Cited(Answer):
    """Something of the rules in words: their title, or one criterion with its number."""

    vi: str
    en: str


class Share(Answer):
    """One figure of a line, and exactly the facts it counts."""

    vi: str
    en: str
    count: int
    facts: tuple[FactInWords, ...]


class WhyLine(Answer):
    """One step from facts to a rank: the rule, what it found, and the facts it looked at, in words."""

    rule: str
    vi: str
    en: str
    facts: tuple[FactInWords, ...]
    heard: tuple[HeardFact, ...] = ()
    criterion: Cited | None = None
    """What the rules ask there."""
    number: NumberApplied | None = None
    shares: tuple[Share, ...] = Field(
        default=(), description="Where the line counts: each figure with the facts it counts."
    )


class Why(Answer):
    """A member's rank traced back to facts: rank, then reason lines, then the facts behind each."""

    period: str
    member_id: str
    profile: str
    title: Cited
    """What people call these rules."""
    computed: Rank
    decided: Rank | None
    reason: str | None
    ranked: FactInWords | None
    votes: tuple[FactInWords, ...]
    evaluated: FactInWords
    self_assessed: FactInWords | None
    lines: tuple[WhyLine, ...]
    points: str | None = None
    superior_reason: str | None = None
    steps: tuple[FactInWords, ...] = ()
    """What was done with the ranking as a whole: opened, proposed, quota, sent, opened again."""
    unresolved: tuple[str, ...] = Field(
        default=(), description="Ids the rank rests on that no fact known here has; always empty unless one was lost."
    )


async def explain(  # noqa: PLR0917 - reading, opening and naming are three different permissions
    reader: ViewReader, branch: str, period: str, member: str, opened: Open, history: History, name: Name
) -> Why:
    """Why a member has this rank of a month, a quarter or a year.

    Raises Refused when the ranking is not open or nothing is computed for the member yet.
    """
    if periods.kind(period) == "month":
        return await _month(reader, branch, period, member, opened, history, name)
    return await _long_period(reader, branch, period, member, opened, history, name)


async def _month(  # noqa: PLR0917 - reading, opening and naming are three different permissions
    reader: ViewReader, branch: str, period: str, member: str, opened: Open, history: History, name: Name
) -> Why:
    shown = opened_month(reader, branch, period)
    evaluated, ids = shown.ranking.evaluated.get(member), shown.members.get(member)
    if evaluated is None or ids is None or ids.evaluated is None or shown.ranking.opened is None:
        not_found(
            f"Chưa tính xếp loại kỳ {period} cho đ/c {member}.", f"{member} has not been evaluated for {period} yet."
        )
    month = list(history(f"ranking/{branch}:{period}"))
    in_words = {one.id: told(one, name) for one in month}
    profile = rules(reader, branch).pinned("ranking.monthly", shown.ranking.opened.profile)
    found = _Found(reader, branch, evaluated.evidence, history, name, profile, month)
    ranked = shown.ranking.ranked.get(member)
    return Why(
        period=period,
        member_id=member,
        profile=profile.ref,
        title=Cited(**title(profile)._asdict()),
        computed=evaluated.computed_rank,
        decided=ranked.decided_rank if ranked is not None else None,
        reason=await opened(ids.ranked or "", ranked.reason) if ranked is not None else None,
        ranked=in_words.get(ids.ranked or ""),
        votes=tuple(in_words[vote] for vote in ids.voted),
        evaluated=in_words[ids.evaluated],
        self_assessed=in_words.get(ids.assessed or ""),
        lines=found.lines(evaluated.reasons),
        steps=tuple(in_words[one.id] for one in month if not hasattr(one.fact, "member_id")),
        unresolved=found.unresolved(evaluated.reasons, ranked.evidence if ranked is not None else ()),
    )


async def _long_period(  # noqa: PLR0917 - reading, opening and naming are three different permissions
    reader: ViewReader, branch: str, period: str, member: str, opened: Open, history: History, name: Name
) -> Why:
    state = opened_appraisal(reader, branch, period).appraisal
    evaluated = state.evaluated.get(member)
    if evaluated is None or state.opened is None:
        not_found(
            f"Chưa tính xếp loại {periods.vi(period)} cho đ/c {member}.",
            f"{member} has not been evaluated for {periods.en(period)} yet.",
        )
    said = list(history(f"appraisal/{branch}:{period}"))
    mine = [one for one in said if getattr(one.fact, "member_id", None) == member]
    last: dict[type[object], Recorded[Any]] = {type(one.fact): one for one in mine}
    proposed = next((one for one in reversed(said) if isinstance(one.fact, RankingProposed)), None)
    book, ref = rules(reader, branch), state.opened.profile
    annual = state.opened.period_type == "annual"
    profile = book.pinned("ranking.annual", ref) if annual else book.pinned("ranking.quarterly", ref)
    found = _Found(reader, branch, evaluated.evidence, history, name, profile, said)
    ranked = state.ranked.get(member)
    own = last.get(appraising.SelfAssessmentFiled)
    final = last.get(appraising.MemberRanked) if ranked is not None else None
    return Why(
        period=period,
        member_id=member,
        profile=ref,
        title=Cited(**title(profile)._asdict()),
        computed=evaluated.computed_rank,
        decided=ranked.decided_rank if ranked is not None else None,
        reason=await _reason(proposed, member, opened),
        ranked=told(final, name) if final is not None else None,
        votes=tuple(told(one, name) for one in mine if isinstance(one.fact, appraising.RankingVoted)),
        evaluated=told(last[appraising.MemberEvaluated], name),
        self_assessed=told(own, name) if own is not None else None,
        lines=found.lines(evaluated.reasons),
        points=evaluated.points,
        superior_reason=await opened(final.id, final.fact.reason) if final is not None else None,
        steps=tuple(told(one, name) for one in said if not hasattr(one.fact, "member_id")),
        unresolved=found.unresolved(evaluated.reasons, ranked.evidence if ranked is not None else ()),
    )


async def _reason(proposed: Recorded[Any] | None, member: str, opened: Open) -> str | None:
    if proposed is None:
        return None
    one = next((one for one in proposed.fact.members if one.member_id == member), None)
    return await opened(proposed.id, one.reason) if one is not None else None


# ------------------------------------------------------------------ the facts and numbers behind the lines

_SHARES = {
    "on_time": ("đúng hạn", "on time"),
    "exceeded": ("vượt yêu cầu", "beyond what was asked"),
    "late": ("chậm", "late"),
    "failed": ("chưa hoàn thành", "not done"),
}
_COUNTED = frozenset({"tasks_due_in_the_month", "tasks_due_in_the_period"})
_OF_THE_PROFILE = {
    "completed.late_at_most": "late_at_most",
    "excellent.exceeded_at_least": "exceeded_at_least",
    "excellent.remedied": "remedied",
    "discipline": "discipline.caps",
    "discipline.counted": "discipline.caps",
}


class _Found:
    """What an evaluation rests on: own facts read from their histories, others' as they were heard."""

    def __init__(  # noqa: PLR0917 - where facts, names and numbers come from
        self,
        reader: ViewReader,
        branch: str,
        evidence: Sequence[str],
        history: History,
        name: Name,
        profile: Profile,
        ranking: Sequence[Recorded[Any]],
    ) -> None:
        self.own = _facts_behind(reader, branch, evidence, history)
        self.words = {id: told(one, name) for id, one in self.own.items()}
        self.heard = _heard(reader, branch)
        self.profile = profile
        self.ranking = {one.id for one in ranking}

    def lines(self, reasons: Sequence[ReasonLine]) -> tuple[WhyLine, ...]:
        return tuple(
            WhyLine(
                rule=line.rule,
                vi=line.vi,
                en=line.en,
                facts=tuple(self.words[id] for id in line.evidence if id in self.words),
                heard=tuple(self.heard[id] for id in line.evidence if id in self.heard),
                criterion=_criterion(self.profile, line.rule),
                number=_number(self.profile, line.rule),
                shares=self._shares(line),
            )
            for line in reasons
        )

    def unresolved(self, reasons: Sequence[ReasonLine], ranked: Sequence[str]) -> tuple[str, ...]:
        """What is cited and yet no fact that is known here."""
        cited = dict.fromkeys([*(id for line in reasons for id in line.evidence), *ranked])
        return tuple(id for id in cited if id not in {*self.words, *self.heard, *self.ranking})

    def _shares(self, line: ReasonLine) -> tuple[Share, ...]:
        if line.rule.rpartition("/")[2] not in _COUNTED:
            return ()
        found = []
        for outcome, (vi, en) in _SHARES.items():
            facts = [self.words[id] for id in line.evidence if _outcome(self.own.get(id)) == outcome]
            if facts:
                found.append(Share(vi=f"{len(facts)} {vi}", en=f"{len(facts)} {en}", count=len(facts), facts=facts))
        return tuple(found)


def _outcome(recorded: Recorded[Any] | None) -> str | None:
    fact = recorded.fact if recorded is not None else None
    if isinstance(fact, TaskCompleted):
        return fact.outcome
    return "failed" if isinstance(fact, TaskFailed) else None


def _criterion(profile: Profile, rule: str) -> Cited | None:
    found = criterion(profile, rule.rpartition("/")[2])
    return Cited(**found._asdict()) if found is not None else None


def _number(profile: Profile, rule: str) -> NumberApplied | None:
    """The number of the profile that a rule line compares with; none where a rule of the regulation has none."""
    key = rule.rpartition("/")[2]
    rank, _, rest = key.partition(".")
    places = {_OF_THE_PROFILE.get(key, key)}
    if profile.subject == "ranking.monthly":
        order = [one.rank for one in profile.ranks]
        places = {f"ranks.{order.index(rank)}.{rest}"} if rank in order and rest else set()
    elif rank == "bands":
        places = {f"bands.{[band.rank for band in profile.bands].index(rest)}"}  # type: ignore[union-attr]
    one = next((one for one in numbers(profile) if one.key in places), None)
    return NumberApplied(**one._asdict()) if one is not None else None


def _heard(reader: ViewReader, branch: str) -> dict[str, HeardFact]:
    shown: Sequence[DisciplinesShown] = reader.scan("disciplines", branch)
    remarks: Sequence[RemarkSeen] = reader.scan("remarks", branch)
    return {
        one.fact_id: HeardFact(
            id=one.fact_id,
            service="roster",
            vi=f"Đã trao đổi nhận xét của {SOURCE_WORDS[one.source][0]} ngày {one.shared_on:%d/%m/%Y}.",
            en=f"The remark of {SOURCE_WORDS[one.source][1]} was shared on {one.shared_on:%d/%m/%Y}.",
        )
        for one in remarks
        if one.shared_on is not None
    } | {
        one.fact_id: HeardFact(
            id=one.fact_id,
            service="roster",
            vi=f"Kỷ luật {DISCIPLINE_WORDS[one.form][0]} ngày {one.decided_on:%d/%m/%Y}.",
            en=f"A {DISCIPLINE_WORDS[one.form][1]} of {one.decided_on:%d/%m/%Y}.",
        )
        for member in shown
        for one in member.noticed
    }


def _ranks_by_fact(reader: ViewReader, branch: str) -> dict[str, str]:
    """Fact that ranked somebody → the history it stands in: of a month, or of a quarter."""
    months: Sequence[RankingShown] = reader.scan("ranking", branch)
    longer: Sequence[AppraisalShown] = reader.scan("appraisals", branch)
    return {
        ids.ranked: f"ranking/{branch}:{month.period}"
        for month in months
        for ids in month.members.values()
        if ids.ranked is not None
    } | {fact_id: f"appraisal/{branch}:{shown.period}" for shown in longer for fact_id in shown.ranked.values()}


def _facts_behind(
    reader: ViewReader, branch: str, evidence: Sequence[str], history: History
) -> Mapping[str, Recorded[Any]]:
    """The facts an evaluation names, read from the histories of the tasks, months and quarters they are about."""
    wanted = set(evidence)
    tasks_of, ranks_of = tasks_by_fact(reader, branch), _ranks_by_fact(reader, branch)
    about = [f"task/{branch}:{tasks_of[fact_id]}" for fact_id in evidence if fact_id in tasks_of]
    about += [ranks_of[fact_id] for fact_id in evidence if fact_id in ranks_of]
    return {
        recorded.id: recorded
        for subject in dict.fromkeys(about)
        for recorded in history(subject)
        if recorded.id in wanted
    }

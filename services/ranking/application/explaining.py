"""Why a rank is what it is: from the rank to rule lines, from each line to its facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from services.ranking.application.answers import Answer, FactInWords, History, Name, Open, not_found, told
from services.ranking.application.appraisals import opened_appraisal
from services.ranking.application.months import opened_month, tasks_by_fact
from services.ranking.projections import RankingShown
from shared import periods
from shared.decision import VIETNAM
from shared.events import appraisal as appraising
from shared.events.appraisal import RankingProposed
from shared.events.envelope import Recorded, moment
from shared.events.ranking import RANK_WORDS, Rank, ReasonLine

if TYPE_CHECKING:
    from shared.store.views import ViewReader


class WhyLine(Answer):
    """One step from facts to a rank: the rule, what it found, and the facts it looked at, in words."""

    rule: str
    vi: str
    en: str
    facts: tuple[FactInWords, ...]


class Why(Answer):
    """A member's rank traced back to facts: rank, then reason lines, then the facts behind each."""

    period: str
    member_id: str
    profile: str
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


async def explain(  # noqa: PLR0917 - reading, opening and naming are three different permissions
    reader: ViewReader, branch: str, period: str, member: str, opened: Open, history: History, name: Name
) -> Why:
    """Why a member has this rank. Raises Refused when the month is not open or the member not evaluated yet."""
    shown = opened_month(reader, branch, period)
    evaluated, ids = shown.ranking.evaluated.get(member), shown.members.get(member)
    if evaluated is None or ids is None or ids.evaluated is None or shown.ranking.opened is None:
        not_found(
            f"Chưa tính xếp loại kỳ {period} cho đ/c {member}.", f"{member} has not been evaluated for {period} yet."
        )
    tasks_of = tasks_by_fact(reader, branch)
    about = {
        fact_id: told(one, name)
        for fact_id, one in _facts_behind(branch, evaluated.evidence, tasks_of, history).items()
    }
    month = {one.id: told(one, name) for one in history(f"ranking/{branch}:{period}")}
    ranked = shown.ranking.ranked.get(member)
    return Why(
        period=period,
        member_id=member,
        profile=shown.ranking.opened.profile,
        computed=evaluated.computed_rank,
        decided=ranked.decided_rank if ranked is not None else None,
        reason=await opened(ids.ranked or "", ranked.reason) if ranked is not None else None,
        ranked=month.get(ids.ranked or ""),
        votes=tuple(month[vote] for vote in ids.voted),
        evaluated=month[ids.evaluated],
        self_assessed=month.get(ids.assessed or ""),
        lines=_lines(evaluated.reasons, about),
        steps=tuple(
            told(one, name) for one in history(f"ranking/{branch}:{period}") if not hasattr(one.fact, "member_id")
        ),
    )


async def explain_period(  # noqa: PLR0917 - reading, opening and naming are three different permissions
    reader: ViewReader, branch: str, period: str, member: str, opened: Open, history: History, name: Name
) -> Why:
    """Why a member has this rank of a quarter or year. Raises Refused when it is not open or nothing computed yet."""
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
    tasks_of, months_of = tasks_by_fact(reader, branch), _months_by_fact(reader, branch)
    about = _facts_behind(branch, evaluated.evidence, tasks_of, history, months_of)
    ranked = state.ranked.get(member)
    own = last.get(appraising.SelfAssessmentFiled)
    final = last.get(appraising.MemberRanked) if ranked is not None else None
    return Why(
        period=period,
        member_id=member,
        profile=state.opened.profile,
        computed=evaluated.computed_rank,
        decided=ranked.decided_rank if ranked is not None else None,
        reason=await _reason(proposed, member, opened),
        ranked=told(final, name) if final is not None else None,
        votes=tuple(told(one, name) for one in mine if isinstance(one.fact, appraising.RankingVoted)),
        evaluated=told(last[appraising.MemberEvaluated], name),
        self_assessed=told(own, name) if own is not None else None,
        lines=_lines(evaluated.reasons, {id: told(one, name) for id, one in about.items()}),
        points=evaluated.points,
        superior_reason=await opened(final.id, final.fact.reason) if final is not None else None,
        steps=tuple(told(one, name) for one in said if not hasattr(one.fact, "member_id")),
    )


async def _reason(proposed: Recorded[Any] | None, member: str, opened: Open) -> str | None:
    if proposed is None:
        return None
    one = next((one for one in proposed.fact.members if one.member_id == member), None)
    return await opened(proposed.id, one.reason) if one is not None else None


def _lines(reasons: Sequence[ReasonLine], about: Mapping[str, FactInWords]) -> tuple[WhyLine, ...]:
    return tuple(
        WhyLine(
            rule=line.rule,
            vi=line.vi,
            en=line.en,
            facts=tuple(about[fact_id] for fact_id in line.evidence if fact_id in about),
        )
        for line in reasons
    )


def _months_by_fact(reader: ViewReader, branch: str) -> dict[str, str]:
    shown: Sequence[RankingShown] = reader.scan("ranking", branch)
    return {ids.ranked: month.period for month in shown for ids in month.members.values() if ids.ranked is not None}


def _facts_behind(
    branch: str,
    evidence: Sequence[str],
    tasks_of: Mapping[str, str],
    history: History,
    months_of: Mapping[str, str] | None = None,
) -> dict[str, Recorded[Any]]:
    """The facts an evaluation names, read from the histories of the tasks and months they are about."""
    wanted = set(evidence)
    months = months_of or {}
    about = [f"task/{branch}:{tasks_of[fact_id]}" for fact_id in evidence if fact_id in tasks_of]
    about += [f"ranking/{branch}:{months[fact_id]}" for fact_id in evidence if fact_id in months]
    return {
        recorded.id: recorded
        for subject in dict.fromkeys(about)
        for recorded in history(subject)
        if recorded.id in wanted
    }


# ------------------------------------------------------------------ why, as a tree to read


class Node(NamedTuple):
    """A line of the tree and what stands under it."""

    text: str
    under: Sequence[Node] = ()


def tree(why: Why, name: Name, language: Literal["vi", "en"]) -> str:
    """A rank with everything it rests on, as one tree of plain lines."""
    vi = language == "vi"
    rank = RANK_WORDS[why.decided or why.computed][0 if vi else 1]
    when = (periods.vi if vi else periods.en)(why.period)
    who = name(why.member_id)
    if vi:
        head = f"{who} · {when} · {rank}" + ("" if why.decided else " (tính theo tiêu chí, chưa kết luận)")
    else:
        head = f"{who} · {when} · {rank}" + ("" if why.decided else " (by the criteria, not concluded)")
    rules = f"Tiêu chí {why.profile}" if vi else f"Criteria {why.profile}"
    points = (f", {why.points} điểm" if vi else f", {why.points} points") if why.points else ""
    computed = RANK_WORDS[why.computed][0 if vi else 1]
    nodes = [_node(why.self_assessed, language)] if why.self_assessed is not None else []
    lines = [
        Node(f"{line.vi if vi else line.en} [{line.rule}]", [_node(fact, language) for fact in line.facts])
        for line in why.lines
    ]
    nodes.append(Node(f"{rules}: {computed}{points}", lines))
    nodes += [_node(step, language) for step in (*why.steps, *why.votes)]
    if why.reason is not None:
        nodes.append(Node(f"Lý do: {why.reason}" if vi else f"Reason: {why.reason}"))
    if why.superior_reason is not None:
        own = "Lý do của cấp trên" if vi else "The superior's reason"
        nodes.append(Node(f"{own}: {why.superior_reason}"))
    if why.ranked is not None:
        nodes.append(_node(why.ranked, language))
    return "\n".join([head, *_drawn(nodes, "")]) + "\n"


def _node(fact: FactInWords, language: str) -> Node:
    day = moment(fact.time).astimezone(VIETNAM)
    return Node(f"{day:%d/%m/%Y %H:%M} · {fact.vi if language == 'vi' else fact.en} [{fact.id[-8:]}]")


def _drawn(nodes: Sequence[Node], before: str) -> Iterable[str]:
    for number, node in enumerate(nodes, 1):
        last = number == len(nodes)
        yield f"{before}{'└─ ' if last else '├─ '}{node.text}"
        yield from _drawn(node.under, before + ("   " if last else "│  "))

"""A rank with everything it rests on as one tree: the same lines for a terminal, as text and as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import Field

from services.ranking.application.answers import Answer, FactInWords, Name
from services.ranking.application.explaining import Cited, Why, WhyLine
from shared import periods
from shared.days import VIETNAM
from shared.events.envelope import moment
from shared.events.ranking import RANK_WORDS
from shared.events.wording import comma
from shared.rules.profile import Confidence

SURE: dict[Confidence, tuple[str, str]] = {
    "V": ("đọc ở trang công khai", "read on a public page"),
    "R": ("đọc qua kho phần mềm công khai", "read in a public repository"),
    "K": ("chưa đối chiếu bản gốc", "not compared with the text"),
    "P": ("là đề xuất, chờ chốt", "proposed, to be settled"),
}
"""How sure it is that the rules say so."""


class Branching(Answer):
    """A line of the tree and what stands under it."""

    vi: str
    en: str
    rule: str | None = None
    fact_id: str | None = Field(default=None, description="The fact this line tells.")
    service: str | None = Field(default=None, description="Whose log the fact stands in.")
    under: tuple[Branching, ...] = ()


class RankTree(Answer):
    """A rank, and the tree of what it rests on."""

    period: str
    member_id: str
    profile: str
    final: bool = Field(description="Concluded by the cell, or approved by the superior.")
    facts: tuple[str, ...] = Field(description="Every fact the tree tells, once.")
    unresolved: tuple[str, ...]
    tree: Branching


def as_tree(why: Why, name: Name) -> RankTree:
    """The whole tree in both languages."""
    root = _root(why, name)
    return RankTree(
        period=why.period,
        member_id=why.member_id,
        profile=why.profile,
        final=why.decided is not None,
        facts=tuple(dict.fromkeys(_ids(root))),
        unresolved=why.unresolved,
        tree=root,
    )


def text(why: Why, name: Name, language: Literal["vi", "en"]) -> str:
    """The tree as plain lines in one language."""
    root = _root(why, name)
    return "\n".join([getattr(root, language), *_drawn(root.under, "", language)]) + "\n"


def _ids(line: Branching) -> Iterable[str]:
    if line.fact_id is not None:
        yield line.fact_id
    for under in line.under:
        yield from _ids(under)


def _root(why: Why, name: Name) -> Branching:
    rank, who = RANK_WORDS[why.decided or why.computed], name(why.member_id)
    vi, en = f"{who} · {periods.vi(why.period)} · {rank[0]}", f"{who} · {periods.en(why.period)} · {rank[1]}"
    if why.decided is None:
        vi, en = f"{vi} (tính theo tiêu chí, chưa kết luận)", f"{en} (by the criteria, not concluded)"
    return Branching(vi=vi, en=en, under=tuple(_branches(why)))


def _branches(why: Why) -> Iterable[Branching]:
    if why.self_assessed is not None:
        yield _fact(why.self_assessed)
    computed, points = RANK_WORDS[why.computed], why.points
    vi = f"{computed[0]}, {comma(points)} điểm" if points else computed[0]
    en = f"{computed[1]}, {points} points" if points else computed[1]
    yield Branching(
        vi=f"Theo {why.title.vi}: {vi} [{why.profile}]",
        en=f"By {why.title.en}: {en} [{why.profile}]",
        under=(*(_line(line, why.title) for line in why.lines), _fact(why.evaluated)),
    )
    yield from map(_fact, (*why.steps, *why.votes))
    if why.reason is not None:
        yield Branching(vi=f"Lý do: {why.reason}", en=f"Reason: {why.reason}")
    if why.superior_reason is not None:
        yield Branching(
            vi=f"Lý do của cấp trên: {why.superior_reason}", en=f"The superior's reason: {why.superior_reason}"
        )
    if why.ranked is not None:
        yield _fact(why.ranked)


def _line(line: WhyLine, title: Cited) -> Branching:
    shares = [Branching(vi=one.vi, en=one.en, under=tuple(map(_fact, one.facts))) for one in line.shares]
    heard = [Branching(vi=one.vi, en=one.en, fact_id=one.id, service=one.service) for one in line.heard]
    facts = [] if shares else [_fact(fact) for fact in line.facts]
    return Branching(vi=line.vi, en=line.en, rule=line.rule, under=(*shares, *facts, *heard, _citation(line, title)))


def _citation(line: WhyLine, title: Cited) -> Branching:
    """The rules' own words, then how sure their number is; key, version and register of sources come last."""
    vi = f"Theo {title.vi}{f': {line.criterion.vi}' if line.criterion else ''}."
    en = f"By {title.en}{f': {line.criterion.en}' if line.criterion else ''}."
    key_vi = key_en = line.rule
    if line.number is not None:
        sure_vi, sure_en = SURE[line.number.confidence]
        vi, en = f"{vi} Nội dung này {sure_vi}.", f"{en} This was {sure_en}."
        key_vi, key_en = f"{line.rule}, nguồn {line.number.source}", f"{line.rule}, from {line.number.source}"
    return Branching(vi=f"{vi} [{key_vi}]", en=f"{en} [{key_en}]", rule=line.rule)


def _fact(fact: FactInWords) -> Branching:
    day = f"{moment(fact.time).astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    end = f"[{fact.id[-8:]}]"
    return Branching(vi=f"{day} · {fact.vi} {end}", en=f"{day} · {fact.en} {end}", fact_id=fact.id, service="ranking")


def _drawn(lines: Sequence[Branching], before: str, language: str) -> Iterable[str]:
    for number, line in enumerate(lines, 1):
        last = number == len(lines)
        yield f"{before}{'└─ ' if last else '├─ '}{getattr(line, language)}"
        yield from _drawn(line.under, before + ("   " if last else "│  "), language)

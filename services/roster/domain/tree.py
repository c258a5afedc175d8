"""The tree of organisations: what may be registered, moved, merged, split and dissolved, from which day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from services.roster.domain.known import Known
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import BranchCode, Line
from shared.events.organisation import (
    ORGANISATION_WORDS,
    AnyOrganisationFact,
    OrganisationDissolved,
    OrganisationFact,
    OrganisationKind,
    OrganisationRegistered,
    OrganisationReparented,
    OrganisationsMerged,
    OrganisationSplit,
)
from shared.events.wording import many
from shared.organisation import UNDER, Gave, Tree, Unit, after, kind_by_code, root_of, touched
from shared.people import tidy

# ------------------------------------------------------------------ commands


class TreeCommand(Command):
    """A wish about organisations; it is asked of the province, whose code stands where a branch's does."""

    MAY: ClassVar[frozenset[str]] = frozenset({"operator"})

    decision_no: Line
    effective_on: date

    def subject(self, branch: str) -> str:
        return f"tree/{branch}"


class RegisterOrganisation(TreeCommand):
    """Place an organisation under its superior from a day on."""

    code: BranchCode
    name: Line
    organisation: OrganisationKind
    superior: BranchCode | None = None


class ReparentOrganisation(TreeCommand):
    """Place an organisation under another superior from a day on."""

    code: BranchCode
    superior: BranchCode


class MergeOrganisations(TreeCommand):
    """End some organisations, which live on in another; what stood under them stands under that one."""

    merged: Annotated[tuple[BranchCode, ...], Field(min_length=1, max_length=200)]
    into: BranchCode


class SplitOrganisation(TreeCommand):
    """Divide an organisation into others that were registered for that day."""

    code: BranchCode
    into: Annotated[tuple[BranchCode, ...], Field(min_length=1, max_length=200)]
    continues: bool = False


class DissolveOrganisation(TreeCommand):
    """End an organisation under which nothing stands any more."""

    code: BranchCode


# ------------------------------------------------------------------ state


@dataclass(frozen=True)
class Forest:
    """Every organisation of the province through time."""

    units: Mapping[str, Unit] = field(default_factory=dict)

    @property
    def tree(self) -> Tree:
        return Tree(self.units)


def evolve(forest: Forest, fact: AnyOrganisationFact) -> Forest:
    units = dict(forest.units)
    for code in touched(fact):
        unit = after(units.get(code), fact)
        if unit is not None:
            units[code] = unit
    return Forest(units)


# ------------------------------------------------------------------ rules


def decide(forest: Forest, command: Command, asked: Asked[Known]) -> tuple[OrganisationFact, ...]:
    if asked.branch != root_of(asked.branch):
        raise Refused(
            f"Việc về hệ thống tổ chức được ghi ở cấp tỉnh, mã {root_of(asked.branch)}. Đồng chí ghi với mã đó; nội "
            "dung đã nhập vẫn còn.",
            f"What concerns the tree is entered for the province. Enter it under {root_of(asked.branch)}; what was "
            "typed is kept.",
            code="root",
        )
    match command:
        case RegisterOrganisation():
            return _register(forest, command, asked.branch)
        case ReparentOrganisation():
            return _reparent(forest, command, asked.branch)
        case MergeOrganisations():
            return _merge(forest, command, asked.branch)
        case SplitOrganisation():
            return _split(forest, command, asked.branch)
        case DissolveOrganisation():
            return _dissolve(forest, command, asked.branch)
        case _:
            raise TypeError(command)


def _register(forest: Forest, command: RegisterOrganisation, root: str) -> tuple[OrganisationFact, ...]:
    fact = OrganisationRegistered(
        root=root,
        code=command.code,
        name=tidy(command.name),
        organisation=command.organisation,
        superior=command.superior,
        decision_no=tidy(command.decision_no),
        effective_on=command.effective_on,
    )
    before = forest.units.get(command.code)
    if before is not None:
        first = before.model_copy(
            update={"placed": before.placed[:1], "ended_on": None, "ended_by": None, "became": (), "gave": ()}
        )
        if after(None, fact) == first:
            return ()
        raise Refused(
            f"Mã {command.code} đã dùng cho {before.name}. Một mã chỉ dùng cho một tổ chức; đồng chí kiểm tra lại "
            "mã. Nội dung đã nhập vẫn còn.",
            f"The code {command.code} names {before.name}. A code names one organisation for ever; check it.",
            code="code-taken",
        )
    if kind_by_code(command.code) != command.organisation or root_of(command.code) != root:
        raise Refused(
            f"Mã {command.code} không phải mã của {ORGANISATION_WORDS[command.organisation][0]} trong tỉnh này. Mã gồm "
            "tỉnh, cấp trên, cơ sở, bộ phận, chi bộ; cấp không có ghi 000. Đồng chí kiểm tra lại; nội dung đã nhập vẫn "
            "còn.",
            f"{command.code} is no code of {ORGANISATION_WORDS[command.organisation][1]} in this province. Check it; "
            "what was typed is kept.",
            code="code",
        )
    if command.organisation == "province":
        if command.superior is not None:
            raise Refused(
                "Đảng bộ tỉnh đứng đầu hệ thống ở đây nên không có cấp trên. Đồng chí để trống ô đó; nội dung đã nhập "
                "vẫn còn.",
                "The province stands at the top and has no superior here. Leave it out.",
                code="superior",
            )
        return (fact,)
    _may_stand_under(forest, command.code, command.organisation, command.superior, command.effective_on)
    return (fact,)


def _may_stand_under(forest: Forest, code: str, kind: OrganisationKind, superior: str | None, day: date) -> None:
    over = forest.tree.unit(superior, day) if superior else None
    if over is None:
        raise _not_there(superior or "(trống)", day)
    if over.kind not in UNDER[kind]:
        raise Refused(
            f"{code} là {ORGANISATION_WORDS[kind][0]} nên không trực thuộc {over.name} "
            f"({ORGANISATION_WORDS[over.kind][0]}). Đồng chí chọn lại cấp trên; nội dung đã nhập vẫn còn.",
            f"{code} is {ORGANISATION_WORDS[kind][1]} and cannot stand under {over.name} "
            f"({ORGANISATION_WORDS[over.kind][1]}). Choose another superior.",
            code="superior",
        )


def _reparent(forest: Forest, command: ReparentOrganisation, root: str) -> tuple[OrganisationFact, ...]:
    unit, day = _standing(forest, command.code, command.effective_on), command.effective_on
    before = forest.tree.superior(unit.code, day)
    if before == command.superior:
        return ()
    _may_stand_under(forest, unit.code, unit.kind, command.superior, day)
    return (
        OrganisationReparented(
            root=root,
            code=unit.code,
            from_superior=before,
            superior=command.superior,
            decision_no=tidy(command.decision_no),
            effective_on=day,
        ),
    )


def _merge(forest: Forest, command: MergeOrganisations, root: str) -> tuple[OrganisationFact, ...]:
    merged, day = tuple(dict.fromkeys(command.merged)), command.effective_on
    ended = [forest.units.get(code) for code in merged]
    if all(unit is not None and (unit.ended_on, unit.became) == (day, (command.into,)) for unit in ended):
        return ()
    into = _standing(forest, command.into, day)
    _alike(into, [_standing(forest, code, day) for code in merged])
    return (
        OrganisationsMerged(
            root=root,
            merged=merged,
            into=into.code,
            decision_no=tidy(command.decision_no),
            effective_on=day,
        ),
    )


def _split(forest: Forest, command: SplitOrganisation, root: str) -> tuple[OrganisationFact, ...]:
    into, day = tuple(dict.fromkeys(command.into)), command.effective_on
    before = forest.units.get(command.code)
    if before is not None and (before.ended_on, before.became) == (day, into) and not command.continues:
        return ()
    if before is not None and Gave(on=day, into=into) in before.gave and command.continues:
        return ()
    unit = _standing(forest, command.code, day)
    _alike(unit, [_standing(forest, code, day) for code in into])
    if not command.continues:
        _nothing_below(forest, unit, day)
    return (
        OrganisationSplit(
            root=root,
            code=unit.code,
            into=into,
            continues=command.continues,
            decision_no=tidy(command.decision_no),
            effective_on=day,
        ),
    )


def _dissolve(forest: Forest, command: DissolveOrganisation, root: str) -> tuple[OrganisationFact, ...]:
    before, day = forest.units.get(command.code), command.effective_on
    if before is not None and (before.ended_on, before.became) == (day, ()):
        return ()
    unit = _standing(forest, command.code, day)
    _nothing_below(forest, unit, day)
    return (OrganisationDissolved(root=root, code=unit.code, decision_no=tidy(command.decision_no), effective_on=day),)


def _standing(forest: Forest, code: str, day: date) -> Unit:
    unit = forest.tree.unit(code, day)
    if unit is None:
        raise _not_there(code, day)
    if unit.ended_on is not None:
        raise Refused(
            f"{unit.name} kết thúc từ ngày {unit.ended_on:%d/%m/%Y} nên không ghi thêm được. Đồng chí kiểm tra lại "
            "mã và ngày; nội dung đã nhập vẫn còn.",
            f"{unit.name} ends on {unit.ended_on:%d/%m/%Y} and takes no more entries. Check code and day.",
            code="ended",
        )
    return unit


def _not_there(code: str, day: date) -> Refused:
    return Refused(
        f"Ngày {day:%d/%m/%Y} không có tổ chức mã {code}. Đồng chí ghi danh tổ chức đó trước hoặc kiểm tra lại mã và "
        "ngày; nội dung đã nhập vẫn còn.",
        f"There is no organisation {code} on {day:%d/%m/%Y}. Register it first, or check code and day.",
        code="no-organisation",
    )


def _alike(one: Unit, others: list[Unit]) -> None:
    odd = [unit for unit in others if unit.kind != one.kind or unit.code == one.code]
    if odd:
        raise Refused(
            f"Chỉ sáp nhập, chia tách giữa các tổ chức khác nhau cùng loại: {odd[0].name} không cùng loại hoặc chính "
            f"là {one.name}. Đồng chí chọn lại; nội dung đã nhập vẫn còn.",
            f"Only different organisations of one kind are merged or split: {odd[0].name} is another kind than "
            f"{one.name}, or the same one. Choose again; what was typed is kept.",
            code="kind",
        )


def _nothing_below(forest: Forest, unit: Unit, day: date) -> None:
    later = {one.from_on for other in forest.units.values() for one in other.placed if one.from_on > day}
    left = sorted({code for on in (day, *later) for code in forest.tree.children(unit.code, on)})
    if left:
        more = f" và {len(left) - 5} tổ chức nữa" if len(left) > 5 else ""
        raise Refused(
            f"{unit.name} còn {len(left)} tổ chức trực thuộc từ ngày {day:%d/%m/%Y}: {', '.join(left[:5])}{more}. Đồng "
            "chí chuyển các tổ chức đó về cấp trên mới trước; nội dung đã nhập vẫn còn.",
            f"{many(len(left), 'organisation')} under {unit.name} from {day:%d/%m/%Y} on: {', '.join(left[:5])}. Place "
            "them elsewhere first; what was typed is kept.",
            code="not-empty",
        )


TREE: Noun[Forest, Known] = Noun(
    name="tree",
    initial=Forest(),
    decide=decide,
    evolve=evolve,
    commands=(
        RegisterOrganisation,
        ReparentOrganisation,
        MergeOrganisations,
        SplitOrganisation,
        DissolveOrganisation,
    ),
)

"""The current-affairs briefing goes round: nobody twice before everybody once (R11, R12)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from pydantic import Field

from services.scheduler.domain.calendar import fixed_day, month
from services.scheduler.domain.known import Known, chartered, living, on_list, own_meeting, plausible
from services.scheduler.domain.plan import LEADERS
from shared import periods
from shared.branch import Branch
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import Line, MeetingId, MemberId
from shared.events.meeting import (
    AbsenceReason,
    AnyRotationFact,
    BriefingAssigned,
    BriefingDelivered,
    BriefingSubstituted,
)


@dataclass(frozen=True)
class Turn:
    """One month's turn: whose it was, who took it, in which round that counts."""

    meeting_id: str
    period: str
    on: date
    cycle: int
    turn: int
    member_id: str
    """Whose turn it was."""
    by: str
    """Who takes it and is credited: the same, or a substitute."""
    credited_in: int
    """The round in which ``by`` is credited."""
    delivered: bool = False

    @property
    def substituted(self) -> bool:
        return self.by != self.member_id


@dataclass(frozen=True)
class Rotation:
    """All turns so far, by month."""

    turns: tuple[Turn, ...] = ()

    def of(self, period: str) -> Turn | None:
        """The turn of a month."""
        return next((turn for turn in self.turns if turn.period == period), None)


@dataclass(frozen=True)
class Next:
    """Who comes next, and in which round."""

    cycle: int
    turn: int
    member_id: str


def queue(turns: tuple[Turn, ...], branch: Branch, on: date) -> Iterator[Next]:
    """Who may brief on a day, first comes first; ends when everybody has been named once.

    First the absentee of the last turn; then whoever has not briefed in this round, in roster order, newcomers of
    this round last; then the next round. Whoever is away, exempt or gone that day is passed over.
    """
    eligible = branch.rotation_order(on)
    named: set[str] = set()
    if turns and turns[-1].substituted and turns[-1].member_id in eligible:
        absentee = turns[-1]
        named.add(absentee.member_id)
        yield Next(absentee.cycle, _place(turns, absentee.cycle), absentee.member_id)
    cycle = max((turn.credited_in for turn in turns), default=1)
    for round_, done in ((cycle, _served(turns, cycle)), (cycle + 1, frozenset[str]())):
        began = min((turn.on for turn in turns if turn.credited_in == round_), default=on)
        for member_id in _line(branch, eligible, began):
            if member_id not in named and member_id not in done:
                named.add(member_id)
                yield Next(round_, _place(turns, round_), member_id)


def _served(turns: tuple[Turn, ...], cycle: int) -> frozenset[str]:
    return frozenset(turn.by for turn in turns if turn.credited_in == cycle)


def _place(turns: tuple[Turn, ...], cycle: int) -> int:
    return 1 + sum(turn.credited_in == cycle for turn in turns)


def _line(branch: Branch, eligible: tuple[str, ...], began: date) -> list[str]:
    """Roster order, with those who joined after the round began at its end, in the order they joined."""

    def joined(member_id: str) -> date:
        member = branch.member(member_id)
        since = member.joined_on if member is not None else None
        return since if since is not None and since > began else date.min

    return sorted(eligible, key=joined)


class RotationCommand(Command):
    """A wish about the briefing of one meeting."""

    READS_OWN = True
    MAY = LEADERS

    meeting_id: MeetingId

    def subject(self, branch: str) -> str:
        return f"rotation/{branch}"


class AssignBriefing(RotationCommand):
    """Assign the briefing to whoever's turn it is."""

    member_id: MemberId | None = None
    """Who is expected; refused when it is somebody else's turn."""


class SubstituteBriefing(RotationCommand):
    """Let somebody brief in place of an absentee; by default the next in line."""

    reason: AbsenceReason
    member_id: MemberId | None = None


class RecordBriefingDelivered(RotationCommand):
    """Record that the briefing was given, with its three parts."""

    MAY = LEADERS | {"committee_member", "minute_taker", "self"}

    member_id: MemberId | None = None
    """By default whoever's turn it is."""
    local: Line | None = None
    national: Line | None = None
    world: Line | None = None
    minutes_used: int | None = Field(default=None, ge=1, le=600)
    outline: Line | None = None


RotationCommands = AssignBriefing | SubstituteBriefing | RecordBriefingDelivered


def decide(rotation: Rotation, command: RotationCommands, asked: Asked[Known]) -> tuple[AnyRotationFact, ...]:
    """The facts that follow from a command, or Refused."""
    own_meeting(command.meeting_id, asked.branch)
    match command:
        case AssignBriefing():
            return _assign(rotation, command, asked)
        case SubstituteBriefing():
            return _substitute(rotation, command, asked)
        case RecordBriefingDelivered():
            return _deliver(rotation, command, asked)
        case _:
            assert_never(command)


def month_of(meeting_id: str, branch: str) -> str:
    """The month of a regular meeting's id, refused for any other meeting."""
    period = meeting_id.removeprefix(f"{branch}:")
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", period) is None:
        raise Refused(
            "Thông tin thời sự chỉ phân công cho buổi sinh hoạt thường kỳ hằng tháng. Đồng chí chọn buổi thường kỳ; "
            "chưa có gì thay đổi.",
            "The briefing belongs to the regular monthly meeting only. Choose that meeting; nothing has changed.",
            code="meeting-id",
        )
    plausible(int(period[:4]))
    return period


def meeting_day(meeting_id: str, period: str, known: Known, branch: Branch) -> date:
    """The day of a month's regular meeting: as set, or the charter's day while it is not."""
    now = known.meetings.get(meeting_id)
    if now is not None:
        return now.on
    charter = chartered(branch)
    return fixed_day(period, charter.meeting_day, charter.holiday_policy, known.holidays)


def held_turns(rotation: Rotation, known: Known, before: str | None = None) -> tuple[Turn, ...]:
    """The turns that count: not those of meetings called off before anybody briefed."""
    return tuple(
        turn
        for turn in rotation.turns
        if (before is None or turn.period < before) and (turn.delivered or not _called_off(turn.meeting_id, known))
    )


def _called_off(meeting_id: str, known: Known) -> bool:
    now = known.meetings.get(meeting_id)
    return now is not None and now.phase == "cancelled"


def _assign(rotation: Rotation, command: AssignBriefing, asked: Asked[Known]) -> tuple[AnyRotationFact, ...]:
    period = month_of(command.meeting_id, asked.branch)
    branch = living(asked.known, asked.today)
    on = meeting_day(command.meeting_id, period, asked.known, branch)
    living(asked.known, on)
    if _called_off(command.meeting_id, asked.known):
        raise Refused(
            "Buổi họp này đã ghi là không tổ chức nên không phân công thời sự; lượt này để dành cho tháng sau. Đồng "
            "chí phân công cho buổi họp sau; chưa có gì thay đổi.",
            "This meeting was called off, so nobody briefs; the turn waits for next month. Assign the next meeting's "
            "briefing; nothing has changed.",
            code="cancelled",
        )
    standing = rotation.of(period)
    if standing is not None and (standing.delivered or standing.substituted):
        return _settled(standing, command)
    later = [turn for turn in rotation.turns if turn.period > period]
    if standing is None and later:
        raise Refused(
            f"Đã phân công thời sự tháng {month(later[0].period)} nên không chen tháng {month(period)} vào trước được. "
            "Đồng chí xem lại tháng; chưa có gì thay đổi.",
            f"The briefing of {month(later[0].period)} is assigned already; {month(period)} cannot come before it. "
            "Check the month; nothing has changed.",
            code="R11",
        )
    following = _following(held_turns(rotation, asked.known, period), branch, on)
    if command.member_id not in (None, following.member_id):
        on_list(branch, command.member_id or "", on)
        raise Refused(
            f"Theo vòng, lượt tháng {month(period)} là của đ/c {following.member_id}, không phải đ/c "
            f"{command.member_id}. Nếu đồng chí ấy vắng, hãy ghi người trình bày thay; chưa có gì thay đổi.",
            f"By the rotation {month(period)} is {following.member_id}'s turn, not {command.member_id}'s. "
            "If that member is away, record a substitute; nothing has changed.",
            code="R11",
        )
    if standing is not None and standing.member_id == following.member_id:
        return ()
    assigned = _assigned(asked.branch, command.meeting_id, period, on, following)
    return (assigned, *_replanned(evolve(rotation, assigned), period, asked, branch))


def _settled(standing: Turn, command: AssignBriefing) -> tuple[AnyRotationFact, ...]:
    if command.member_id in (None, standing.member_id):
        return ()
    what = "đã trình bày" if standing.delivered else "đã có người trình bày thay"
    raise Refused(
        f"Thời sự tháng {month(standing.period)} {what} (đ/c {standing.by}) nên không phân công lại. "
        "Đồng chí xem lại tháng; chưa có gì thay đổi.",
        f"The briefing of {month(standing.period)} is settled with {standing.by} and is not assigned anew. Check the "
        "month; nothing has changed.",
        code="R11",
    )


def _following(turns: tuple[Turn, ...], branch: Branch, on: date) -> Next:
    following = next(queue(turns, branch, on), None)
    if following is None:
        raise Refused(
            f"Ngày {on:%d/%m/%Y} không có đồng chí nào trong diện thông tin thời sự. Đồng chí xem lại danh sách và "
            "quy ước; chưa có gì thay đổi.",
            f"Nobody takes turns at the briefing on {on:%d/%m/%Y}. Check the roster and the charter.",
            code="R11",
        )
    return following


def _assigned(branch: str, meeting_id: str, period: str, on: date, following: Next) -> BriefingAssigned:
    return BriefingAssigned(
        branch=branch,
        meeting_id=meeting_id,
        period=period,
        on=on,
        cycle=following.cycle,
        turn=following.turn,
        member_id=following.member_id,
    )


def _replanned(rotation: Rotation, after: str, asked: Asked[Known], branch: Branch) -> tuple[BriefingAssigned, ...]:
    """Later months already assigned, assigned anew where an earlier change gives them to somebody else."""
    anew: list[BriefingAssigned] = []
    for turn in (turn for turn in rotation.turns if turn.period > after):
        if turn.delivered or turn.substituted:
            break
        on = meeting_day(turn.meeting_id, turn.period, asked.known, branch)
        following = next(queue(held_turns(rotation, asked.known, turn.period), branch, on), None)
        if following is None or (following.member_id, following.cycle) == (turn.member_id, turn.cycle):
            continue
        fact = _assigned(asked.branch, turn.meeting_id, turn.period, on, following)
        anew.append(fact)
        rotation = evolve(rotation, fact)
    return tuple(anew)


def substitutes(rotation: Rotation, standing: Turn, known: Known, branch: Branch, on: date) -> tuple[Next, ...]:
    """Who may brief for an absentee, first comes first: unserved, present, neither the absentee nor his substitute."""
    now = known.meetings.get(standing.meeting_id)
    away = {standing.member_id, standing.by} | (now.excused if now is not None else frozenset())
    before = held_turns(rotation, known, standing.period)
    return tuple(one for one in queue(before, branch, on) if one.member_id not in away)


def _substitute(rotation: Rotation, command: SubstituteBriefing, asked: Asked[Known]) -> tuple[AnyRotationFact, ...]:
    period = month_of(command.meeting_id, asked.branch)
    branch = living(asked.known, asked.today)
    standing = _standing(rotation, period)
    if standing.substituted and command.member_id in (None, standing.by):
        return ()
    if standing.delivered:
        raise Refused(
            f"Đ/c {standing.by} đã trình bày thời sự tháng {month(period)} nên không ghi người thay được. Đồng chí "
            "chọn lại tháng; chưa có gì thay đổi.",
            f"{standing.by} has given the briefing of {month(period)} already. Choose the month again; nothing has "
            "changed.",
            code="R12",
        )
    on = meeting_day(command.meeting_id, period, asked.known, branch)
    line = substitutes(rotation, standing, asked.known, branch, on)
    chosen = _chosen(line, command, asked, branch, on)
    substituted = BriefingSubstituted(
        branch=asked.branch,
        meeting_id=command.meeting_id,
        period=period,
        cycle=chosen.cycle,
        member_id=chosen.member_id,
        for_member_id=standing.member_id,
        reason=command.reason,
        next_period=periods.following(period),
    )
    return (substituted, *_replanned(evolve(rotation, substituted), period, asked, branch))


def _standing(rotation: Rotation, period: str) -> Turn:
    standing = rotation.of(period)
    if standing is None:
        raise Refused(
            f"Chưa phân công thông tin thời sự tháng {month(period)}. Đồng chí phân công trước; chưa có gì thay đổi.",
            f"The briefing of {month(period)} is not assigned yet. Assign it first; nothing has changed.",
            code="R12",
        )
    return standing


def _chosen(line: tuple[Next, ...], command: SubstituteBriefing, asked: Asked[Known], branch: Branch, on: date) -> Next:
    """The next in line; the one after it as well while the next is also to chair."""
    if not line:
        raise Refused(
            "Không còn đồng chí nào trình bày thay được. Đồng chí xem lại ai dự họp; chưa có gì thay đổi.",
            "Nobody is left to brief in place of the absentee. Check who is coming; nothing has changed.",
            code="R12",
        )
    now = asked.known.meetings.get(command.meeting_id)
    chair = (now.chair_id if now is not None else None) or branch.secretary(on)
    may = line[:2] if line[0].member_id == chair else line[:1]
    for one in may:
        if command.member_id in (None, one.member_id):
            return one
    on_list(branch, command.member_id or "", on)
    raise Refused(
        f"Người thay là đồng chí kế tiếp chưa trình bày trong vòng: đ/c {may[0].member_id}. Đồng chí chọn đồng chí ấy; "
        "nếu đồng chí ấy cũng vắng thì ghi xin vắng trước. Chưa có gì thay đổi.",
        f"The substitute is the next who has not briefed in this round. Choose {may[0].member_id}; if that member is "
        "away too, record that first. Nothing has changed.",
        code="R12",
    )


def _deliver(
    rotation: Rotation, command: RecordBriefingDelivered, asked: Asked[Known]
) -> tuple[BriefingDelivered, ...]:
    period = month_of(command.meeting_id, asked.branch)
    branch = living(asked.known)
    standing = _standing(rotation, period)
    if standing.delivered and command.member_id in (None, standing.by):
        return ()
    if command.member_id not in (None, standing.by):
        raise Refused(
            f"Thời sự tháng {month(period)} là lượt của đ/c {standing.by}. Nếu đ/c {command.member_id} trình bày thay, "
            "đồng chí ghi việc thay trước; nội dung đã nhập vẫn còn.",
            f"The briefing of {month(period)} is {standing.by}'s. If {command.member_id} took it over, record the "
            "substitution first.",
            code="R12",
        )
    on = meeting_day(command.meeting_id, period, asked.known, branch)
    if asked.today < on:
        raise Refused(
            f"Buổi họp ngày {on:%d/%m/%Y} chưa tới nên chưa ghi được phần thời sự đã trình bày. "
            "Đồng chí ghi trong hoặc sau buổi họp; nội dung đã nhập vẫn còn.",
            f"The meeting of {on:%d/%m/%Y} has not come yet. Record the briefing in it or after it.",
            code="future",
        )
    local, national, world = _three_parts(command)
    return (
        BriefingDelivered(
            branch=asked.branch,
            meeting_id=command.meeting_id,
            period=period,
            member_id=standing.by,
            local=local,
            national=national,
            world=world,
            minutes_used=command.minutes_used,
            outline=command.outline,
        ),
    )


def _three_parts(command: RecordBriefingDelivered) -> tuple[str, str, str]:
    local, national, world = ((part or "").strip() for part in (command.local, command.national, command.world))
    if not local:
        raise _part_missing("địa phương", "local")
    if not national:
        raise _part_missing("trong nước", "national")
    if not world:
        raise _part_missing("quốc tế", "world")
    return local, national, world


def _part_missing(vi: str, en: str) -> Refused:
    return Refused(
        f"Thông tin thời sự có ba phần: địa phương, trong nước, quốc tế; còn thiếu phần {vi}. Đồng chí ghi thêm phần "
        "đó; nội dung đã nhập vẫn còn.",
        f"The briefing has three parts: local, national, world; the {en} part is missing. Add it.",
        code="briefing-parts",
    )


def evolve(rotation: Rotation, fact: AnyRotationFact) -> Rotation:
    """The turns after one more fact."""
    match fact:
        case BriefingAssigned():
            turn = Turn(
                meeting_id=fact.meeting_id,
                period=fact.period,
                on=fact.on,
                cycle=fact.cycle,
                turn=fact.turn,
                member_id=fact.member_id,
                by=fact.member_id,
                credited_in=fact.cycle,
            )
            others = (other for other in rotation.turns if other.period != fact.period)
            return Rotation(tuple(sorted((*others, turn), key=lambda one: one.period)))
        case BriefingSubstituted():
            return _change(rotation, fact.period, by=fact.member_id, credited_in=fact.cycle)
        case BriefingDelivered():
            return _change(rotation, fact.period, delivered=True)
        case _:
            assert_never(fact)


def _change(rotation: Rotation, period: str, **changes: object) -> Rotation:
    return Rotation(
        tuple(replace(turn, **changes) if turn.period == period else turn for turn in rotation.turns)  # type: ignore[arg-type]
    )


ROTATION: Noun[Rotation, Known] = Noun(
    name="rotation",
    initial=Rotation(),
    decide=decide,
    evolve=evolve,
    commands=(AssignBriefing, SubstituteBriefing, RecordBriefingDelivered),
)

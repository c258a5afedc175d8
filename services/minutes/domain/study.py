"""Theory study: who attended a session, who makes it up by which day (R39); no meeting of the cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, ClassVar, assert_never

from pydantic import Field

from services.minutes.domain.dissemination import catch_up_day
from services.minutes.domain.known import Known
from services.minutes.domain.practice import FlagKey
from services.minutes.domain.session import in_branch
from shared.days import civil_day
from shared.decision import Asked, Command, Noun, Refused
from shared.events.afterwards import MISSING, RULES, MinutesFlagCleared, MinutesFlagRaised
from shared.events.envelope import Line, MemberId, ShortId
from shared.events.study import StudyAttended, StudyMadeUp, StudyRulesPinned
from shared.rules import PracticeProfile

AnyStudyFact = StudyRulesPinned | StudyAttended | StudyMadeUp | MinutesFlagRaised | MinutesFlagCleared
ENTERS = frozenset({"secretary", "deputy_secretary", "committee_member", "minute_taker", "rapporteur"})


@dataclass(frozen=True)
class Study:
    """One session, who made it up, and the flags that stand."""

    held: StudyAttended | None = None
    made_up: Mapping[str, date] = field(default_factory=dict)
    flags: Mapping[FlagKey, date] = field(default_factory=dict)
    raised: frozenset[FlagKey] = frozenset()
    rules: str | None = None
    """The profile by which its day for making up was counted; None where a person named the day."""


class StudyCommand(Command):
    """A wish about one study session."""

    MAY: ClassVar[frozenset[str]] = ENTERS

    session_id: ShortId

    def subject(self, branch: str) -> str:
        return f"study/{branch}:{self.session_id}"


class RecordStudy(StudyCommand):
    """Enter who attended a session; of those counted that day the others make it up."""

    title: Line
    held_on: date
    attended: Annotated[tuple[MemberId, ...], Field(max_length=500)]
    make_up_by: date | None = None


class MakeUpStudy(StudyCommand):
    """Note that somebody made the session up."""

    MAY: ClassVar[frozenset[str]] = ENTERS | {"self"}

    member_id: MemberId


class RaiseStudyFlag(StudyCommand):
    """Said by the clock when the day has passed."""

    MAY: ClassVar[frozenset[str]] = frozenset({"clock"})

    member_id: MemberId
    due_on: date


class ClearStudyFlag(StudyCommand):
    """Said by the clock when the member is gone."""

    MAY: ClassVar[frozenset[str]] = frozenset({"clock"})

    member_id: MemberId
    on: date


def decide(study: Study, command: StudyCommand, asked: Asked[Known]) -> tuple[AnyStudyFact, ...]:
    """The facts a wish makes of the session as it stands. Raises Refused."""
    match command:
        case RecordStudy():
            return _record(study, command, asked)
        case MakeUpStudy():
            return _make_up(study, command, asked)
        case RaiseStudyFlag():
            key = FlagKey("study_overdue", None, command.member_id)
            owed = study.held is not None and command.member_id in study.held.to_make_up
            if key in study.raised or not owed or command.member_id in study.made_up:
                return ()
            found = civil_day(asked.recordedtime)
            return (MinutesFlagRaised(**_flag(command, asked, key, command.due_on), detected_on=found),)
        case ClearStudyFlag():
            key = FlagKey("study_overdue", None, command.member_id)
            return _cleared(study, command, asked, key, command.on, answered=False)
        case _:
            raise AssertionError(command)


def _record(study: Study, command: RecordStudy, asked: Asked[Known]) -> tuple[AnyStudyFact, ...]:
    if study.held is not None:
        same = (study.held.held_on, set(study.held.attended)) == (command.held_on, set(command.attended))
        if same:
            return ()
        raise Refused(
            f"Buổi học {command.session_id} đã ghi ngày {study.held.held_on:%d/%m/%Y}, {len(study.held.attended)} đồng "
            "chí dự. Ai học sau, đồng chí ghi học bù.",
            f"Session {command.session_id} is written down for {study.held.held_on:%d/%m/%Y} with "
            f"{len(study.held.attended)} attending. Record who studied later as making it up.",
            code="R39",
        )
    if command.held_on > asked.today:
        raise Refused(
            f"Buổi học ngày {command.held_on:%d/%m/%Y} chưa diễn ra. Đồng chí ghi sau buổi học.",
            f"The session of {command.held_on:%d/%m/%Y} has not taken place yet. Record it afterwards.",
            code="R39",
        )
    in_branch(asked, *command.attended)
    branch = asked.known.branch
    base = () if branch is None else branch.base(command.held_on)
    absent = tuple(member for member in base if member not in command.attended)
    order = () if branch is None else branch.roster(command.held_on)
    practice = _practice(command, asked) if absent and command.make_up_by is None else None
    pins = () if practice is None else (_pinned(command, asked, practice),)
    return (
        *pins,
        StudyAttended(
            branch=asked.branch,
            session_id=command.session_id,
            title=command.title,
            held_on=command.held_on,
            attended=tuple(member for member in order if member in command.attended),
            to_make_up=absent,
            make_up_by=catch_up_day(practice, command.held_on, command.make_up_by) if absent else None,
        ),
    )


def _practice(command: RecordStudy, asked: Asked[Known]) -> PracticeProfile | None:
    try:
        return asked.known.rules.profile_for("practice", command.held_on, asked.branch)
    except LookupError:
        return None


def _pinned(command: RecordStudy, asked: Asked[Known], practice: PracticeProfile) -> StudyRulesPinned:
    return StudyRulesPinned(branch=asked.branch, session_id=command.session_id, profile=practice.ref)


def _make_up(study: Study, command: MakeUpStudy, asked: Asked[Known]) -> tuple[AnyStudyFact, ...]:
    if command.member_id in study.made_up:
        return ()
    if study.held is None or command.member_id in study.held.attended:
        raise Refused(
            f"Chưa ghi buổi học {command.session_id}, hoặc đ/c {command.member_id} đã dự. Đồng chí xem lại mã.",
            f"Session {command.session_id} is not recorded, or {command.member_id} attended it. Check the id.",
            code="R39",
        )
    in_branch(asked, command.member_id)
    if asked.today < study.held.held_on:
        raise Refused(
            f"Học bù không thể trước buổi học ngày {study.held.held_on:%d/%m/%Y}. Đồng chí xem lại ngày.",
            f"A session is not made up before it was held on {study.held.held_on:%d/%m/%Y}. Check the day.",
            code="R39",
        )
    made_up = StudyMadeUp(
        branch=asked.branch,
        session_id=command.session_id,
        member_id=command.member_id,
        on=asked.today,
        due_on=study.held.make_up_by or asked.today,
    )
    key = FlagKey("study_overdue", None, command.member_id)
    return (made_up, *_cleared(study, command, asked, key, asked.today, answered=True))


def _cleared(
    study: Study, command: StudyCommand, asked: Asked[Known], key: FlagKey, on: date, *, answered: bool
) -> tuple[AnyStudyFact, ...]:
    due_on = study.flags.get(key)
    if due_on is None:
        return ()
    return (MinutesFlagCleared(**_flag(command, asked, key, due_on), cleared_on=on, answered=answered),)


def _flag(command: StudyCommand, asked: Asked[Known], key: FlagKey, due_on: date) -> dict[str, Any]:
    return {
        "branch": asked.branch,
        "session_id": command.session_id,
        "flag": key.flag,
        "member_id": key.member_id,
        "due_on": due_on,
        "rule": RULES["study_overdue"],
        "missing": MISSING["study_overdue"],
    }


def evolve(study: Study, fact: AnyStudyFact) -> Study:
    """The session after one more fact."""
    match fact:
        case StudyRulesPinned():
            return replace(study, rules=fact.profile)
        case StudyAttended():
            return replace(study, held=fact)
        case StudyMadeUp():
            return replace(study, made_up={**study.made_up, fact.member_id: fact.on})
        case MinutesFlagRaised():
            key = FlagKey(fact.flag, fact.item, fact.member_id)
            return replace(study, flags={**study.flags, key: fact.due_on}, raised=study.raised | {key})
        case MinutesFlagCleared():
            gone = FlagKey(fact.flag, fact.item, fact.member_id)
            return replace(study, flags={key: due for key, due in study.flags.items() if key != gone})
        case _:
            assert_never(fact)


STUDY: Noun[Study, Known] = Noun(
    name="study",
    initial=Study(),
    decide=decide,
    evolve=evolve,
    profile=lambda study: study.rules,
    commands=(RecordStudy, MakeUpStudy, RaiseStudyFlag, ClearStudyFlag),
)

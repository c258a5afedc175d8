"""Who presents a document at which meeting, and study sessions held (R39 begins here)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, assert_never

from services.scheduler.domain.known import Known, living, on_list, own_meeting, plausible
from services.scheduler.domain.plan import LEADERS
from shared.branch import Branch
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import Line, MeetingId, MemberId, ShortId
from shared.events.learning import DisseminationAssigned, Presenter, StudySessionHeld

# ------------------------------------------------------------------ a document


class AssignDissemination(Command):
    """Say who presents a document at a meeting that is set; said again, the later holds."""

    MAY: ClassVar[frozenset[str]] = LEADERS | {"committee_member"}
    READS_OWN: ClassVar[bool] = True

    doc_no: Line
    title: Line | None = None
    member_id: MemberId
    meeting_id: MeetingId

    def subject(self, branch: str) -> str:
        return f"dissemination/{branch}:{self.doc_no}"


@dataclass(frozen=True)
class Dissemination:
    """Who is to present one document."""

    assigned: DisseminationAssigned | None = None


def decide_dissemination(
    state: Dissemination, command: AssignDissemination, asked: Asked[Known]
) -> tuple[DisseminationAssigned, ...]:
    """The charge, or a refusal."""
    branch = living(asked.known, asked.today)
    own_meeting(command.meeting_id, asked.branch)
    now = asked.known.meetings.get(command.meeting_id)
    if now is None or now.phase != "planned":
        raise Refused(
            "Buổi họp này chưa ấn định, đã họp hoặc không tổ chức. Đồng chí chọn một buổi họp sắp tới; nội dung đã "
            "nhập vẫn còn.",
            "This meeting is not set, was held or was called off. Choose one to come; what was typed is kept.",
            code="R39",
        )
    on_list(branch, command.member_id, now.on)
    fact = DisseminationAssigned(
        branch=asked.branch,
        doc_no=command.doc_no,
        title=command.title,
        member_id=command.member_id,
        presents_as=_presents_as(branch, command.member_id, now.on, now.chair_id),
        meeting_id=command.meeting_id,
        due_on=now.on,
    )
    return () if fact == state.assigned else (fact,)


def _presents_as(branch: Branch, member_id: str, day: date, chair_id: str | None) -> Presenter:
    held = branch.roles_on(member_id, day)
    roles: tuple[Presenter, ...] = ("secretary", "deputy_secretary", "rapporteur")
    for role in roles:
        if role in held:
            return role
    if member_id == chair_id:
        return "chair"
    raise Refused(
        f"Đ/c {member_id} không phải bí thư, phó bí thư, báo cáo viên hay người chủ trì. Đồng chí giao người khác phổ "
        "biến, hoặc ghi nhiệm vụ báo cáo viên trước; nội dung đã nhập vẫn còn.",
        f"{member_id} is no secretary, deputy, rapporteur or chair. Choose somebody else; what was typed is kept.",
        code="R39",
    )


def evolve_dissemination(state: Dissemination, fact: DisseminationAssigned) -> Dissemination:  # noqa: ARG001
    """The charge said last."""
    match fact:
        case DisseminationAssigned():
            return Dissemination(fact)
        case _:
            assert_never(fact)


# ------------------------------------------------------------------ a session


class RecordStudySession(Command):
    """Take down that a study session was held."""

    MAY: ClassVar[frozenset[str]] = LEADERS | {"committee_member", "rapporteur"}

    session_id: ShortId
    title: Line
    held_on: date
    place: Line | None = None
    led_by: MemberId | None = None

    def subject(self, branch: str) -> str:
        return f"studying/{branch}:{self.session_id}"


@dataclass(frozen=True)
class Studying:
    """One session."""

    held: StudySessionHeld | None = None


def decide_studying(state: Studying, command: RecordStudySession, asked: Asked[Known]) -> tuple[StudySessionHeld, ...]:
    """The session, once."""
    branch = living(asked.known, asked.today)
    fact = StudySessionHeld(branch=asked.branch, **command.model_dump())
    if state.held == fact:
        return ()
    if state.held is not None:
        raise Refused(
            f"Buổi học {command.session_id} đã ghi ngày {state.held.held_on:%d/%m/%Y}. Buổi khác thì đồng chí đặt mã "
            "khác; nội dung đã nhập vẫn còn.",
            f"Session {command.session_id} is written down for {state.held.held_on:%d/%m/%Y}. Give another one its own "
            "id; what was typed is kept.",
            code="R39",
        )
    plausible(command.held_on.year)
    if command.held_on > asked.today:
        raise Refused(
            f"Buổi học ngày {command.held_on:%d/%m/%Y} chưa diễn ra. Đồng chí ghi sau buổi học; nội dung đã nhập vẫn "
            "còn.",
            f"The session of {command.held_on:%d/%m/%Y} has not taken place. Record it afterwards; what was typed is "
            "kept.",
            code="R39",
        )
    if command.led_by is not None:
        on_list(branch, command.led_by, command.held_on)
    return (fact,)


def evolve_studying(state: Studying, fact: StudySessionHeld) -> Studying:  # noqa: ARG001
    """The session as it was held."""
    match fact:
        case StudySessionHeld():
            return Studying(fact)
        case _:
            assert_never(fact)


DISSEMINATION: Noun[Dissemination, Known] = Noun(
    name="dissemination",
    initial=Dissemination(),
    decide=decide_dissemination,
    evolve=evolve_dissemination,
    commands=(AssignDissemination,),
)
STUDYING: Noun[Studying, Known] = Noun(
    name="studying",
    initial=Studying(),
    decide=decide_studying,
    evolve=evolve_studying,
    commands=(RecordStudySession,),
)

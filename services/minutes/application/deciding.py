"""What minutes has heard that a decision may lean on, and the roles of one meeting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from services.minutes.application.profiles import meeting_profile, signs_first
from services.minutes.domain.assignments import DecideAssignment
from services.minutes.domain.books import BookCommand, book_of
from services.minutes.domain.corrections import DecideCorrection, RequestCorrection
from services.minutes.domain.dissemination import DisseminatePolicy
from services.minutes.domain.ending import AdoptMinutes
from services.minutes.domain.files import AttachFile, AttachmentCommand
from services.minutes.domain.flags import RaiseMinutesFlag
from services.minutes.domain.known import (
    BasisBook,
    Charge,
    Deciding,
    Ground,
    Known,
    Numbered,
    PlannedMeeting,
    Sitting,
    Task,
)
from services.minutes.domain.month import AcknowledgeUrgentTask, ReviewLastMonth, ReviewMember
from services.minutes.domain.opening import OpenMeeting
from services.minutes.domain.opinions import AnswerOpinion
from services.minutes.domain.package import PublishPackage
from services.minutes.domain.presenting import RaisePresentingFlag, owed
from services.minutes.domain.remembered import (
    BookEntry,
    Outcome,
    SignedGround,
)
from services.minutes.domain.resolutions import AdoptResolution
from services.minutes.domain.scans import DigitiseMinutes, ScanCommand
from services.minutes.domain.scoring import ScoreMeeting
from services.minutes.domain.signatures import CountersignMinutes, SignMinutes
from services.minutes.domain.study import RecordStudy
from services.minutes.domain.used_rules import NoticeLateMinutesRules
from services.minutes.domain.wish import MinutesCommand
from services.minutes.projections import PromisedAnswer
from shared import heard_rules
from shared.days import civil_day
from shared.decision import Command
from shared.events.envelope import moment
from shared.numbering import NumberSeries, UsedNumber, number_of
from shared.rules import shipped
from shared.rules.choosing import EVERYWHERE

if TYPE_CHECKING:
    from shared.branch import Branch
    from shared.signing_keys import Keyring
    from shared.store.views import ViewReader


BY_RULES = (
    OpenMeeting
    | ScoreMeeting
    | PublishPackage
    | DisseminatePolicy
    | RequestCorrection
    | SignMinutes
    | RaiseMinutesFlag
    | NoticeLateMinutesRules
)
"""What is decided by rules; for everything else nothing published is looked up."""


def known(reader: ViewReader, branch: str, command: Command) -> Known:
    """What minutes has heard that this command may need."""
    if not isinstance(command, MinutesCommand):
        return _known_elsewhere(reader, branch, command)
    planned: PlannedMeeting | None = reader.get("meetings", branch, command.meeting_id)
    sitting: Sitting | None = reader.get("sittings", branch, command.meeting_id)
    cell: Branch | None = reader.get("branch", branch, "")
    rules = heard_rules.rules(reader, branch) if isinstance(command, BY_RULES) else shipped()
    decided: Sitting | None = (
        reader.get("sittings", branch, command.decided_in) if isinstance(command, DecideCorrection) else None
    )
    leading = decided or sitting
    return Known(
        branch=cell,
        meeting=planned,
        profile=None if planned is None else meeting_profile(rules, planned),
        rules=rules,
        basis=reader.get("basis", branch, "") or BasisBook(),
        deciding=None if decided is None else _deciding(reader, branch, decided),
        chairs=_named(planned.delegate_id if planned else None, leading.chairs if leading else ()),
        takers=_named(planned.minute_taker_id if planned else None, leading.takers if leading else ()),
        answerer=_answerer(reader, branch, command),
        tasks=_tasks(reader, branch, command),
        numbers=_numbers(reader, branch, command),
        ground=_ground(reader, branch, command),
        signer=_signer(reader, branch, command),
        signs_first=signs_first(rules, branch, planned) if isinstance(command, SignMinutes) else "minute_taker",
    )


def _ground(reader: ViewReader, branch: str, command: MinutesCommand) -> Ground | None:
    if not isinstance(command, SignMinutes | CountersignMinutes):
        return None
    return ground_of(reader, branch, command.meeting_id, command.correction_id)


def ground_of(reader: ViewReader, branch: str, meeting_id: str, correction_id: str | None) -> Ground | None:
    """The facts a signature under the minutes, or under an addendum, is about."""
    found: SignedGround | None = reader.get("grounds", branch, meeting_id)
    return None if found is None else found.at.get(correction_id or "")


def _signer(reader: ViewReader, branch: str, command: MinutesCommand) -> Keyring | None:
    found: Keyring | None = None
    match command:
        case SignMinutes():
            found = reader.get("signers", branch, command.member_id)
        case CountersignMinutes():
            found = reader.get("site_keys", EVERYWHERE, command.site)
        case _:
            pass
    return found


def _known_elsewhere(reader: ViewReader, branch: str, command: Command) -> Known:
    """What a study session, the list of basis documents or another book leans on."""
    if isinstance(command, BookCommand):
        return _known_of_book(reader, branch, command)
    if isinstance(command, AttachmentCommand | ScanCommand):
        return _known_of_files(reader, branch, command)
    if isinstance(command, RaisePresentingFlag):
        return Known(branch=None, meeting=None, profile=None, charge=still_owed(reader, branch, command.doc_no))
    rules = heard_rules.rules(reader, branch) if isinstance(command, RecordStudy) else shipped()
    return Known(
        branch=reader.get("branch", branch, ""),
        meeting=None,
        profile=None,
        rules=rules,
    )


def still_owed(reader: ViewReader, branch: str, doc_no: str) -> Charge | None:
    """Who still owes the presenting of a document, by the meeting's day as it stands."""
    charge: Charge | None = reader.get("charges", branch, doc_no)
    planned = None if charge is None else reader.get("meetings", branch, charge.meeting_id)
    return None if charge is None else owed(charge, planned, reader.scan("presented", branch))


def _known_of_book(reader: ViewReader, branch: str, command: BookCommand) -> Known:
    entries: list[BookEntry] = reader.scan("books", branch)
    this = next((one for one in entries if one.meeting_id == command.meeting_id), None)
    book = book_of(branch, command.meeting_id)
    return Known(
        branch=reader.get("branch", branch, ""),
        meeting=None,
        profile=None,
        book_taker=this.taker if this else None,
        book_numbers=tuple(
            UsedNumber(number=number_of(one.doc_no), on=civil_day(moment(one.opened_at)), meeting_id=one.meeting_id)
            for one in entries
            if one.doc_no is not None and one.book == book
        ),
    )


def _known_of_files(reader: ViewReader, branch: str, command: AttachmentCommand | ScanCommand) -> Known:
    """What is in the store is added by whoever holds it."""
    meeting_id = command.meeting_id if isinstance(command, AttachFile) else None
    planned: PlannedMeeting | None = None if meeting_id is None else reader.get("meetings", branch, meeting_id)
    entry: BookEntry | None = None if meeting_id is None else reader.get("books", branch, meeting_id)
    return Known(
        branch=reader.get("branch", branch, ""),
        meeting=planned,
        profile=None,
        meeting_known=planned is not None or entry is not None,
        scans=tuple(reader.scan("scans", branch)) if isinstance(command, DigitiseMinutes) else (),
    )


def roles(known: Any, actor: str, command: Command) -> frozenset[str]:  # noqa: ARG001 every service is asked alike
    """Roles that hold for this meeting only: its chair, its minute-taker with all rights of the office, an answerer."""
    found: set[str] = set()
    if isinstance(known, Known):
        if actor in known.chairs:
            found |= {"chair_of_the_day"}
        if actor in known.takers:
            found |= {"minute_taker_of_the_day", "minute_taker"}
        if actor == known.answerer:
            found |= {"answerer"}
        if actor == known.book_taker:
            found |= {"book_taker"}
    return frozenset(found)


def _deciding(reader: ViewReader, branch: str, sitting: Sitting) -> Deciding | None:
    outcome: Outcome | None = reader.get("outcomes", branch, sitting.meeting_id)
    if outcome is None:
        return None
    return Deciding(kind=outcome.meeting_kind, opened_at=sitting.opened_at, adopted_at=sitting.adopted_at)


def _named(planned: str | None, held: Iterable[str]) -> frozenset[str]:
    """Once the meeting is open, those who held it; before, whoever is named."""
    return frozenset(held) or frozenset([planned] if planned else [])


def _answerer(reader: ViewReader, branch: str, command: MinutesCommand) -> str | None:
    if not isinstance(command, AnswerOpinion):
        return None
    promised: PromisedAnswer | None = reader.get("open_opinions", branch, f"{command.meeting_id}/{command.opinion_id}")
    return promised.answer_by if promised else None


def _tasks(reader: ViewReader, branch: str, command: MinutesCommand) -> dict[str, Task]:
    match command:
        case ReviewMember() | ReviewLastMonth() | AdoptMinutes():
            return {task.task_id: task for task in reader.scan("tasks", branch)}
        case AcknowledgeUrgentTask():
            return _found(reader, branch, command.task_id)
        case DecideAssignment():
            return _found(reader, branch, command.task_id, command.carried_from)
        case _:
            return {}


def _found(reader: ViewReader, branch: str, *task_ids: str | None) -> dict[str, Task]:
    tasks: list[Task | None] = [reader.get("tasks", branch, task_id) for task_id in task_ids if task_id]
    return {task.task_id: task for task in tasks if task is not None}


def _numbers(reader: ViewReader, branch: str, command: MinutesCommand) -> dict[Numbered, NumberSeries]:
    kind: Numbered
    match command:
        case AdoptResolution():
            kind = "NQ"
        case AdoptMinutes():
            kind = "BB"
        case _:
            return {}
    series: NumberSeries | None = reader.get("numbers", branch, kind)
    return {} if series is None else {kind: series}

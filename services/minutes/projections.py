"""What minutes remembers: the branch, meetings as planned and as held, tasks, promised answers, numbers taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from services.minutes.domain import findable as found
from services.minutes.domain import twelve_months as year
from services.minutes.domain.known import (
    BasisBook,
    BasisHeld,
    Briefing,
    Charge,
    Document,
    Draft,
    Ground,
    OldMinutes,
    PlannedMeeting,
    Sitting,
    Task,
    Theme,
)
from services.minutes.domain.remembered import (
    AttachmentKept,
    BookEntry,
    BookPerson,
    Came,
    CaughtUp,
    Comings,
    FileUse,
    Flagged,
    MadeUp,
    NamedFile,
    Outcome,
    PageText,
    PaperSigned,
    Presented,
    SignatureKept,
    SignedGround,
    SiteAwaited,
    StudySession,
    Visit,
    WantedCorrection,
    flag_key,
    is_regular,
    page_key,
)
from shared import branch as heard
from shared import events, heard_rules, heard_tree, signing_keys
from shared.branch import Branch
from shared.days import civil_day
from shared.events import afterwards, books, meeting_gap, minutes, minutes_rules, presenting, signatures, sitting
from shared.events.afterwards import (
    CorrectionAccepted,
    CorrectionRefused,
    CorrectionRequested,
    DisseminationCaughtUp,
    EncouragementDone,
    MinutesFlagCleared,
    MinutesFlagRaised,
    PackagePublished,
)
from shared.events.books import BookMeetingClosed, BookMeetingOpened, BookMinutesAdopted
from shared.events.envelope import Fact, Recorded, leaf, moment
from shared.events.files import (
    FileAttached,
    FileWithdrawn,
    MinutesDigitised,
    MinutesScanWithdrawn,
    NamesFiles,
    PageTextConfirmed,
    PageTextEntered,
)
from shared.events.honour import PastResultEntered
from shared.events.hub import MeetingScoreConfirmed
from shared.events.learning import DisseminationAssigned
from shared.events.locality import LocalityRemarkReceived
from shared.events.meeting import (
    AssignmentDrafted,
    AssignmentDraftWithdrawn,
    AttendanceIntended,
    BriefingAssigned,
    BriefingDelivered,
    BriefingSubstituted,
    ChairDelegated,
    CommitteePreparatoryHeld,
    MaterialsPosted,
    MeetingCancelled,
    MeetingRescheduled,
    MeetingScheduled,
    MinuteTakerAssigned,
)
from shared.events.meeting_gap import AnyGapFact, MeetingGapCleared, MeetingGapRaised
from shared.events.member import RemarkReceived
from shared.events.minutes import (
    ChairReplaced,
    LastMonthReviewed,
    MeetingClosed,
    MeetingOpened,
    MinutesAdopted,
    MinuteTakerReplaced,
    OpinionAnswered,
    OpinionDisposed,
    ResolutionAdopted,
    TaskOutcome,
    UrgentTaskAcknowledged,
)
from shared.events.minutes_rules import LateMinutesRulesNoticed, PracticeRulesPinned
from shared.events.presenting import AnyPresentingFact, PresentingFlagCleared, PresentingFlagRaised
from shared.events.ranking import (
    Cause,
    TaskAssigned,
    TaskCompleted,
    TaskExtended,
    TaskFailed,
    TaskFollowedUp,
    TaskHandedOver,
    UrgentTaskGiven,
)
from shared.events.sealed import Sealed
from shared.events.signatures import (
    MinutesCorrected,
    MinutesCountersigned,
    MinutesSigned,
    SigningFlagCleared,
    SigningFlagRaised,
)
from shared.events.sitting import EncouragementAssigned, MeetingScored, PolicyDisseminated
from shared.events.study import BasisDocumentAdopted, StudyAttended, StudyMadeUp
from shared.events.theme import ThematicPlanned
from shared.numbering import NumberSeries
from shared.organisation import Unit
from shared.signing import SignerRole
from shared.signing_keys import Keyring
from shared.store.tree import grow, root
from shared.store.views import View


class Written(Document):
    """One fact of a meeting with its address, as it was stored; what is sealed in it stays sealed."""

    log: str
    index: int
    raw: str


class MinutesBook(Document):
    """Everything written about one meeting, in the order in which it was written."""

    meeting_id: str
    written: tuple[Written, ...] = ()


class PromisedAnswer(Document):
    """An opinion that returns on every agenda until it is answered (R40)."""

    meeting_id: str
    opinion_id: str
    item: int
    forwarded: bool
    answer_by: str | None
    answer_due: str | None


def _branch(document: Branch | None, recorded: Recorded[Any], _key: str) -> Branch | None:
    return heard.step(document, recorded)


# ------------------------------------------------------------------ the meeting as scheduler plans it


def _planned(document: PlannedMeeting | None, recorded: Recorded[Any], _key: str) -> PlannedMeeting | None:
    fact = recorded.fact
    if isinstance(fact, MeetingScheduled):
        return PlannedMeeting(
            meeting_id=fact.meeting_id,
            kind=fact.meeting_kind,
            period=fact.period,
            on=fact.on,
            starts_at=fact.starts_at,
            place=fact.place,
            agenda=fact.agenda,
            profile=fact.profile,
        )
    if document is None:
        return None
    if isinstance(fact, BriefingDelivered):
        given = Briefing(
            member_id=fact.member_id,
            local=fact.local,
            national=fact.national,
            world=fact.world,
            recorded_at=recorded.envelope.recordedtime,
        )
        document = document.model_copy(update={"briefings": (*document.briefings, given)})
    return document.model_copy(update=_planned_anew(document, fact))


def _theme(_document: Theme | None, recorded: Recorded[Any], key: str) -> Theme:
    fact: ThematicPlanned = recorded.fact
    return Theme(theme_id=key, theme=fact.theme, member_id=fact.member_id, meeting_id=fact.meeting_id)


def _planned_anew(meeting: PlannedMeeting, fact: object) -> dict[str, Any]:
    match fact:
        case MeetingRescheduled():
            return {"on": fact.to_on, "starts_at": fact.to_starts_at, "place": fact.place, "profile": fact.profile}
        case MeetingCancelled():
            return {"cancelled": True}
        case ChairDelegated():
            return {"delegate_id": fact.to_id}
        case MinuteTakerAssigned():
            return {"minute_taker_id": fact.member_id}
        case AttendanceIntended():
            others = tuple(member for member in meeting.excused if member != fact.member_id)
            return {"excused": (*others, fact.member_id) if fact.intends == "excused" else others}
        case _:
            return _prepared(meeting, fact)


def _prepared(meeting: PlannedMeeting, fact: object) -> dict[str, Any]:
    match fact:
        case CommitteePreparatoryHeld():
            return {
                "agenda": fact.agreed.agenda or meeting.agenda,
                "draft_resolution": fact.agreed.draft_resolution,
                "points_to_vote": fact.agreed.points_to_vote,
            }
        case AssignmentDrafted():
            left = tuple(draft for draft in meeting.drafts if draft.draft_id not in {fact.draft_id, fact.replaces})
            return {"drafts": (*left, _draft(fact))}
        case AssignmentDraftWithdrawn():
            return {"drafts": tuple(draft for draft in meeting.drafts if draft.draft_id != fact.draft_id)}
        case BriefingAssigned() | BriefingSubstituted():
            return {"briefer_id": fact.member_id}
        case BriefingDelivered():
            return {"briefed_by": tuple(dict.fromkeys((*meeting.briefed_by, fact.member_id)))}
        case _:
            return {}


def _draft(fact: AssignmentDrafted) -> Draft:
    return Draft(
        draft_id=fact.draft_id,
        member_id=fact.member_id,
        partner_id=fact.partner_id,
        text=fact.text,
        due_on=fact.due_on,
        report_at=fact.report_at,
        programme_item_id=fact.programme_item_id,
    )


# ------------------------------------------------------------------ the meeting as it was held


def _book(document: MinutesBook | None, recorded: Recorded[Any], key: str) -> MinutesBook:
    line = Written(log=str(recorded.log), index=recorded.index, raw=recorded.raw.decode())
    written = () if document is None else document.written
    return MinutesBook(meeting_id=key, written=(*written, line))


def _sitting(document: Sitting | None, recorded: Recorded[Any], key: str) -> Sitting | None:
    fact = recorded.fact
    if isinstance(fact, MeetingOpened):
        return Sitting(
            meeting_id=key,
            phase="in_session",
            opened_at=fact.opened_at,
            chairs=(fact.chair_id,),
            takers=(fact.minute_taker_id,),
        )
    if document is None:
        return None
    change: dict[str, Any] = {}
    match fact:
        case MinuteTakerReplaced():
            change = {"takers": (*document.takers, fact.to_id)}
        case ChairReplaced():
            change = {"chairs": (*document.chairs, fact.to_id)}
        case MinutesAdopted():
            change = {"phase": "adopted", "doc_no": fact.doc_no, "adopted_at": fact.at}
        case MeetingClosed():
            change = {"phase": "closed", "closed_at": fact.closed_at}
        case _:
            pass
    return document.model_copy(update=change)


def _promised(document: PromisedAnswer | None, recorded: Recorded[Any], _key: str) -> PromisedAnswer | None:
    match recorded.fact:
        case OpinionDisposed(how="to_be_answered" | "forwarded") as fact:
            return PromisedAnswer(
                meeting_id=fact.meeting_id,
                opinion_id=fact.opinion_id,
                item=fact.item,
                forwarded=fact.how == "forwarded",
                answer_by=fact.answer_by,
                answer_due=None if fact.answer_due is None else fact.answer_due.isoformat(),
            )
        case OpinionDisposed() | OpinionAnswered():
            return None
        case _:
            return document


def _numbers(document: NumberSeries | None, recorded: Recorded[Any], _key: str) -> NumberSeries:
    fact: ResolutionAdopted | MinutesAdopted = recorded.fact
    on = civil_day(recorded.time)
    return (document or NumberSeries()).with_number(fact.doc_no, on, fact.meeting_id)


# ------------------------------------------------------------------ what was done beside debate, and what followed


def _presented(document: Presented | None, recorded: Recorded[Any], _key: str) -> Presented | None:
    match recorded.fact:
        case PolicyDisseminated() as fact:
            return Presented(
                meeting_id=fact.meeting_id,
                doc_no=fact.doc_no,
                title=fact.title,
                by=fact.by,
                by_role=fact.by_role,
                on=civil_day(recorded.time),
                heard=fact.heard,
                to_catch_up=fact.to_catch_up,
                catch_up_by=fact.catch_up_by,
            )
        case DisseminationCaughtUp() as fact if document is not None:
            done = (*document.caught_up, CaughtUp(member_id=fact.member_id, on=fact.on))
            return document.model_copy(update={"caught_up": done})
        case _:
            return document


def _charge(_document: Charge | None, recorded: Recorded[Any], _key: str) -> Charge:
    fact: DisseminationAssigned = recorded.fact
    return Charge(
        doc_no=fact.doc_no,
        member_id=fact.member_id,
        meeting_id=fact.meeting_id,
        due_on=fact.due_on,
        said_on=civil_day(recorded.time),
    )


def _entry(document: BookEntry | None, recorded: Recorded[Any], key: str) -> BookEntry | None:
    fact = recorded.fact
    raw = f"{recorded.log} {recorded.index} {recorded.raw.decode()}"
    if isinstance(fact, BookMeetingOpened):
        return BookEntry(
            meeting_id=key,
            book=fact.book,
            title=fact.title,
            opened_at=fact.opened_at,
            place=fact.place,
            chair_id=fact.chair_id,
            minute_taker_id=fact.minute_taker_id,
            people=tuple(BookPerson(person_id=one.person_id, member_id=one.member_id) for one in fact.people),
            facts=(raw,),
        )
    if document is None:
        return None
    change: dict[str, Any] = {"facts": (*document.facts, raw)}
    match fact:
        case BookMinutesAdopted():
            change |= {"doc_no": fact.doc_no, "signatures": fact.signatures}
        case BookMeetingClosed():
            change |= {"closed_at": fact.closed_at}
        case _:
            pass
    return document.model_copy(update=change)


# ------------------------------------------------------------------ files and old minutes


def _files_in(recorded: Recorded[Any]) -> tuple[str, ...]:
    match recorded.fact:
        case FileWithdrawn() as fact:
            return (fact.sha256,)
        case MinutesScanWithdrawn() as fact:
            return fact.files
        case _:
            return tuple(_uses_in(recorded))


def _named_file(document: NamedFile | None, recorded: Recorded[Any], key: str) -> NamedFile:
    of, fact = recorded.envelope.subject, recorded.fact
    uses = () if document is None else document.uses
    if isinstance(fact, FileWithdrawn | MinutesScanWithdrawn):
        gone = {"withdrawn": "erased" if fact.erased else "withdrawn"}
        return NamedFile(sha256=key, uses=tuple(one.model_copy(update=gone) if one.of == of else one for one in uses))
    return NamedFile(sha256=key, uses=tuple(dict.fromkeys((*uses, _uses_in(recorded)[key]))))


def _uses_in(recorded: Recorded[Any]) -> dict[str, FileUse]:
    """What a fact says of each file it names, by hash."""
    fact = recorded.fact
    if isinstance(fact, NamesFiles):
        use = {
            "title": getattr(fact, "title", None),
            "closed": fact.PRIVACY == "C" or getattr(fact, "closed", False),
            "meeting_id": getattr(fact, "meeting_id", None),
            "book": getattr(fact, "book", None),
        }
        of = recorded.envelope.subject
        return {one.sha256: FileUse(of=of, keysubject=one.keysubject, **use) for one in fact.kept_files()}
    return {sha256: use for sha256, use in _named_by_others(recorded) if sha256 is not None}


def _named_by_others(recorded: Recorded[Any]) -> Iterator[tuple[str | None, FileUse]]:
    """Papers that the facts of other services name: for whoever reads the branch, a remark for whom it is about."""
    of, branch = recorded.envelope.subject, recorded.branch
    ours = f"branch/{branch}"
    match recorded.fact:
        case PastResultEntered() as fact:
            yield fact.scan_sha256, FileUse(of=of, keysubject=ours, title=fact.title, closed=False)
        case LocalityRemarkReceived() as fact:
            yield fact.document_sha256, FileUse(of=of, keysubject=ours, title=fact.document_no, closed=False)
        case MaterialsPosted() as fact:
            for one in fact.documents:
                use = FileUse(of=of, keysubject=ours, title=one.title, closed=False, meeting_id=fact.meeting_id)
                yield one.sha256, use
        case RemarkReceived() as fact:
            theirs, member = f"member/{branch}/{fact.member_id}", fact.member_id
            use = FileUse(of=of, keysubject=theirs, title=fact.document_no, closed=True, member_id=member)
            yield fact.document_sha256, use
        case _:
            return


def _attachment(document: AttachmentKept | None, recorded: Recorded[Any], key: str) -> AttachmentKept | None:
    match recorded.fact:
        case FileAttached() as fact:
            return AttachmentKept(
                attachment_id=key,
                event_id=recorded.id,
                title=fact.title,
                sealed_title=fact.sealed_title if isinstance(fact.sealed_title, Sealed) else None,
                closed=fact.closed,
                meeting_id=fact.meeting_id,
                document_no=fact.document_no,
                file=fact.file,
                attached_by=recorded.envelope.actor,
                attached_at=recorded.envelope.time,
            )
        case FileWithdrawn() as fact if document is not None:
            return document.model_copy(update={"withdrawn": "erased" if fact.erased else "withdrawn"})
        case _:
            return document


def _old_minutes(document: OldMinutes | None, recorded: Recorded[Any], _key: str) -> OldMinutes | None:
    match recorded.fact:
        case MinutesDigitised() as fact:
            return OldMinutes(**{name: getattr(fact, name) for name in OldMinutes.model_fields if name != "withdrawn"})
        case MinutesScanWithdrawn() as fact if document is not None:
            return document.model_copy(update={"withdrawn": "erased" if fact.erased else "withdrawn"})
        case _:
            return document


def _text_keys(recorded: Recorded[Any]) -> tuple[str, ...]:
    match recorded.fact:
        case MinutesDigitised() as fact:
            return tuple(page_key(fact.scan_id, one.page) for one in fact.pages)
        case MinutesScanWithdrawn() as fact:
            return tuple(page_key(fact.scan_id, page) for page in fact.pages)
        case _:
            return (page_key(recorded.fact.scan_id, recorded.fact.page),)


def _page_text(document: PageText | None, recorded: Recorded[Any], key: str) -> PageText | None:
    match recorded.fact:
        case MinutesDigitised() as fact:
            (page,) = (one for one in fact.pages if page_key(fact.scan_id, one.page) == key)
            return PageText(
                scan_id=fact.scan_id,
                book=fact.book,
                volume=fact.volume,
                held_on=fact.held_on,
                page=page.page,
                sha256=page.sha256,
                at=page.at,
            )
        case PageTextEntered() as fact if document is not None:
            entered = {
                "revision": fact.revision,
                "how": fact.how,
                "entered_by": fact.entered_by,
                "event_id": recorded.id,
                "text": fact.text if isinstance(fact.text, Sealed) else None,
                "confirmed_by": None,
            }
            return document.model_copy(update=entered)
        case PageTextConfirmed() as fact if document is not None and document.revision == fact.revision:
            return document.model_copy(update={"confirmed_by": fact.confirmed_by})
        case MinutesScanWithdrawn():
            return None
        case _:
            return document


def _session(document: StudySession | None, recorded: Recorded[Any], _key: str) -> StudySession | None:
    match recorded.fact:
        case StudyAttended() as fact:
            return StudySession(
                session_id=fact.session_id,
                title=fact.title,
                held_on=fact.held_on,
                attended=fact.attended,
                to_make_up=fact.to_make_up,
                make_up_by=fact.make_up_by,
            )
        case StudyMadeUp() as fact if document is not None:
            made_up = (*document.made_up, MadeUp(member_id=fact.member_id, on=fact.on))
            return document.model_copy(update={"made_up": made_up})
        case _:
            return document


def _basis(document: BasisBook | None, recorded: Recorded[Any], _key: str) -> BasisBook:
    fact: BasisDocumentAdopted = recorded.fact
    held = () if document is None else document.held
    return BasisBook(held=(*held, BasisHeld(**fact.model_dump(exclude={"branch"}))))


def _visit(document: Visit | None, recorded: Recorded[Any], _key: str) -> Visit | None:
    match recorded.fact:
        case EncouragementAssigned() as fact:
            return Visit(
                meeting_id=fact.meeting_id,
                encouragement_id=fact.encouragement_id,
                by=fact.by,
                member_id=fact.member_id,
                due_on=fact.due_on,
            )
        case EncouragementDone() as fact if document is not None:
            return document.model_copy(update={"done_on": fact.on})
        case _:
            return document


def _correction(document: WantedCorrection | None, recorded: Recorded[Any], _key: str) -> WantedCorrection | None:
    match recorded.fact:
        case CorrectionRequested() as fact:
            return WantedCorrection(
                meeting_id=fact.meeting_id,
                correction_id=fact.correction_id,
                by=fact.by,
                line=fact.line,
                on=fact.on,
                asked_at=recorded.envelope.time,
            )
        case CorrectionAccepted() | CorrectionRefused() as fact if document is not None:
            return document.model_copy(
                update={
                    "accepted": isinstance(fact, CorrectionAccepted),
                    "decided_in": fact.decided_in,
                    "decided_on": fact.on,
                }
            )
        case _:
            return document


def _outcome(document: Outcome | None, recorded: Recorded[Any], key: str) -> Outcome | None:
    fact = recorded.fact
    if isinstance(fact, MeetingOpened):
        return Outcome(meeting_id=key, meeting_kind=fact.meeting_kind, period=fact.period, opened_at=fact.opened_at)
    if document is None:
        return None
    return document.model_copy(update=_came_out(document, fact))


def _came_out(document: Outcome, fact: object) -> dict[str, Any]:  # noqa: PLR0911 - one table, a kind on each line
    match fact:
        case LastMonthReviewed():
            return {"reviewed": tuple(dict.fromkeys((*document.reviewed, fact.period)))}
        case MeetingScored():
            unconfirmed = {"confirmed_total": None, "confirmed_band": None, "confirmed_reason": None}
            marks = {"total": fact.total, "band": fact.band, "rubric": fact.rubric, "confirmed_marks": ()}
            return marks | unconfirmed
        case MeetingScoreConfirmed():
            return {
                "confirmed_total": fact.total,
                "confirmed_band": fact.band,
                "confirmed_reason": fact.reason,
                "confirmed_marks": fact.changed,
            }
        case MeetingClosed():
            return {
                "closed_at": fact.closed_at,
                "minutes": fact.minutes,
                "short_by": fact.short_by,
                "attendance": fact.attendance.rate,
                "attendance_meets": fact.attendance.meets,
                "spoke": len(fact.spoke),
            }
        case PackagePublished():
            return {"published_at": fact.published_at, "published_on_time": fact.on_time}
        case PracticeRulesPinned():
            return {"practice": fact.profile}
        case LateMinutesRulesNoticed():
            return {"late_rules": (*document.late_rules, fact.chosen)}
        case _:
            return {}


def _members_of(recorded: Recorded[Any]) -> tuple[str, ...]:
    fact: MeetingClosed = recorded.fact
    if not is_regular(fact.meeting_id):
        return ()
    return (*(one.member_id for one in fact.attended), *(one.member_id for one in fact.absent))


def _comings(document: Comings | None, recorded: Recorded[Any], key: str) -> Comings:
    fact: MeetingClosed = recorded.fact
    absent = {one.member_id: one.excused for one in fact.absent}
    came = Came(
        meeting_id=fact.meeting_id,
        on=civil_day(moment(fact.closed_at)),
        state="present" if key not in absent else "excused" if absent[key] else "unexcused",
    )
    before = () if document is None else document.came
    return Comings(member_id=key, came=tuple(sorted((*before, came), key=lambda one: one.on)))


def _ground(document: SignedGround | None, recorded: Recorded[Any], _key: str) -> SignedGround:
    before = document or SignedGround(log=str(recorded.log), first=recorded.index, facts=0, last=0, frontier="")
    frontier = grow(bytes.fromhex(before.frontier), before.facts, [leaf(recorded.raw)])
    grown = before.model_copy(update={"facts": before.facts + 1, "last": recorded.index, "frontier": frontier.hex()})
    match recorded.fact:
        case MeetingClosed():
            of = ""
        case CorrectionAccepted(correction_id=of):
            pass
        case _:
            return grown
    stood = Ground(log=grown.log, facts=grown.facts, first=grown.first, last=grown.last, root=root(frontier).hex())
    return grown.model_copy(update={"at": {**grown.at, of: stood}})


def _paper(document: PaperSigned | None, recorded: Recorded[Any], _key: str) -> PaperSigned | None:
    fact: MinutesSigned | MinutesCountersigned | MinutesCorrected = recorded.fact
    match fact:
        case MinutesCorrected():
            return None if document is None else document.model_copy(update={"corrected": True})
        case MinutesCountersigned():
            kept = _kept(fact, "site", fact.site)
            return None if document is None else document.model_copy(update={"site": kept})
        case MinutesSigned():
            before = document or PaperSigned(
                meeting_id=fact.meeting_id,
                correction_id=fact.correction_id,
                document_sha256=fact.document.sha256,
                keysubject=fact.document.keysubject,
                renderer=fact.renderer,
                title=fact.title,
            )
            kept = _kept(fact, fact.role, fact.member_id)
            return before.model_copy(update={"signed": {**before.signed, fact.role: kept}})


def _site_awaited(document: SiteAwaited | None, recorded: Recorded[Any], _key: str) -> SiteAwaited | None:
    fact: MinutesSigned | MinutesCountersigned = recorded.fact
    if isinstance(fact, MinutesCountersigned):
        return None
    signed = document.signed if document is not None else ()
    return SiteAwaited(meeting_id=fact.meeting_id, correction_id=fact.correction_id, signed=(*signed, fact.role))


def _paper_key(recorded: Recorded[Any]) -> tuple[str, ...]:
    return (f"{recorded.fact.meeting_id}/{recorded.fact.correction_id or ''}",)


def _kept(fact: MinutesSigned | MinutesCountersigned, role: SignerRole, signer: str) -> SignatureKept:
    return SignatureKept(
        role=role,
        signer=signer,
        key_id=fact.key_id,
        signed_at=fact.signed_at,
        statement=fact.statement,
        signature=fact.signature,
    )


def _flag_key(recorded: Recorded[Any]) -> tuple[str, ...]:
    if isinstance(recorded.fact, SigningFlagRaised | SigningFlagCleared):
        return (flag_key(recorded.fact.flag, recorded.fact.meeting_id, recorded.fact.item, None),)
    fact: MinutesFlagRaised | MinutesFlagCleared | AnyGapFact | AnyPresentingFact = recorded.fact
    if isinstance(fact, MeetingGapRaised | MeetingGapCleared):
        return (flag_key(fact.flag, fact.meeting_id, None, None),)
    if isinstance(fact, PresentingFlagRaised | PresentingFlagCleared):
        return (flag_key(fact.flag, fact.meeting_id, fact.item, str(fact.due_on)),)
    return (flag_key(fact.flag, fact.meeting_id or fact.session_id, fact.item, fact.member_id),)


def _flagged(document: Flagged | None, recorded: Recorded[Any], _key: str) -> Flagged | None:
    match recorded.fact:
        case MinutesFlagRaised() | SigningFlagRaised() | MeetingGapRaised() | PresentingFlagRaised() as raised:
            return Flagged(**raised.model_dump(exclude={"branch"}))
        case SigningFlagCleared() as cleared if document is not None:
            return document.model_copy(update={"cleared_on": cleared.cleared_on, "answered": True})
        case MinutesFlagCleared() | MeetingGapCleared() | PresentingFlagCleared() as cleared if document is not None:
            return document.model_copy(update={"cleared_on": cleared.cleared_on, "answered": cleared.answered})
        case _:
            return document


# ------------------------------------------------------------------ tasks, as ranking tells of them


def _task(document: Task | None, recorded: Recorded[Any], key: str) -> Task | None:
    fact = recorded.fact
    if isinstance(fact, TaskAssigned):
        return Task(
            task_id=key,
            member_id=fact.member_id,
            partner_id=fact.partner_id,
            text=fact.text,
            due_on=fact.due_on,
            dues=(fact.due_on,),
            urgent_from=None if document is None else document.urgent_from,
        )
    if isinstance(fact, UrgentTaskGiven):
        due_on = civil_day(moment(fact.due_at))
        return Task(
            task_id=key,
            member_id=fact.member_id,
            text=fact.text,
            due_on=due_on,
            dues=(due_on,),
            urgent_from=fact.given_by,
        )
    if document is None or isinstance(fact, TaskHandedOver):
        return None
    longer = {"dues": (*document.dues, fact.to_on)} if isinstance(fact, TaskExtended) else {}
    return document.model_copy(update=_went_on(fact, key) | longer)


def _went_on(fact: object, key: str) -> dict[str, Any]:
    match fact:
        case TaskExtended():
            return {"due_on": fact.to_on, "outcome": None, "ended_on": None, "causes": (), **_NO_FOLLOW_UP}
        case TaskCompleted():
            return _ended(fact.outcome, fact.done_on, fact.causes)
        case TaskFailed():
            return _ended("failed", fact.ended_on, fact.causes)
        case TaskFollowedUp():
            return {"follow_up": fact.how, "follow_up_ref": fact.ref, "extended_to": fact.due_on}
        case _:
            return _came_up(fact, key)


def _came_up(fact: object, key: str) -> dict[str, Any]:
    """What a meeting said about a task."""
    match fact:
        case LastMonthReviewed():
            reviewed = any(task.task_id == key for member in fact.members for task in member.tasks)
            return {"reviewed_in": fact.period} if reviewed else {}
        case UrgentTaskAcknowledged():
            return {"acknowledged_in": fact.meeting_id}
        case _:
            return {}


_NO_FOLLOW_UP: dict[str, Any] = {"follow_up": None, "follow_up_ref": None, "extended_to": None}


def _ended(outcome: TaskOutcome, on: date, causes: tuple[Cause, ...]) -> dict[str, Any]:
    kinds = tuple(dict.fromkeys(cause.kind for cause in causes))
    return {"outcome": outcome, "ended_on": on, "causes": kinds, **_NO_FOLLOW_UP}


def _tasks_in(recorded: Recorded[Any]) -> tuple[str, ...]:
    fact = recorded.fact
    if isinstance(fact, LastMonthReviewed):
        return tuple(task.task_id for member in fact.members for task in member.tasks)
    return (fact.task_id,)


def _meeting_of(recorded: Recorded[Any]) -> tuple[str, ...]:
    meeting_id: str | None = recorded.fact.meeting_id
    return () if meeting_id is None else (meeting_id,)


def _in_the_meeting(part: str) -> Callable[[Recorded[Any]], tuple[str, ...]]:
    """One key for each part of a meeting that has an id of its own there."""
    return lambda recorded: (f"{recorded.fact.meeting_id}/{getattr(recorded.fact, part)}",)


_WRITTEN: frozenset[type[Fact]] = frozenset((*minutes.FACTS, *sitting.FACTS, *afterwards.FACTS))
_HISTORY = _WRITTEN | frozenset((*signatures.FACTS, *meeting_gap.FACTS, *minutes_rules.FACTS))
"""Every fact of a meeting's own history, so that none is missing under a signature."""
_NAMING: frozenset[type[Fact]] = frozenset(
    fact for fact in events.ALL.values() if issubclass(fact, NamesFiles) and fact.OWNER == "minutes"
)
_NAMED_BY_OTHERS: frozenset[type[Fact]] = frozenset(
    {PastResultEntered, LocalityRemarkReceived, MaterialsPosted, RemarkReceived}
)
_VISITS: frozenset[type[Fact]] = frozenset((EncouragementAssigned, EncouragementDone))
_NUMBERED: frozenset[type[Fact]] = frozenset((ResolutionAdopted, MinutesAdopted))

VIEWS: tuple[View[Any], ...] = (
    View(heard_rules.VIEW, heard_rules.ProfileHeard, heard_rules.HEARS, heard_rules.key, heard_rules.step),
    View(heard_tree.VIEW, Unit, heard_tree.HEARS, heard_tree.keys, heard_tree.step),
    View("branch", Branch, heard.HEARS, lambda _recorded: ("",), _branch),
    View(
        "meetings",
        PlannedMeeting,
        frozenset(
            {
                MeetingScheduled,
                MeetingRescheduled,
                MeetingCancelled,
                ChairDelegated,
                MinuteTakerAssigned,
                AttendanceIntended,
                CommitteePreparatoryHeld,
                AssignmentDrafted,
                AssignmentDraftWithdrawn,
                BriefingAssigned,
                BriefingSubstituted,
                BriefingDelivered,
            }
        ),
        _meeting_of,
        _planned,
    ),
    View("themes", Theme, frozenset({ThematicPlanned}), lambda recorded: (recorded.fact.theme_id,), _theme),
    View("minutes", MinutesBook, _WRITTEN, _meeting_of, _book),
    View(
        "sittings",
        Sitting,
        frozenset({MeetingOpened, MinuteTakerReplaced, ChairReplaced, MinutesAdopted, MeetingClosed}),
        _meeting_of,
        _sitting,
    ),
    View(
        "open_opinions",
        PromisedAnswer,
        frozenset({OpinionDisposed, OpinionAnswered}),
        _in_the_meeting("opinion_id"),
        _promised,
    ),
    View(
        "presented",
        Presented,
        frozenset({PolicyDisseminated, DisseminationCaughtUp}),
        _in_the_meeting("doc_no"),
        _presented,
    ),
    View("charges", Charge, frozenset({DisseminationAssigned}), lambda recorded: (recorded.fact.doc_no,), _charge),
    View("books", BookEntry, frozenset(books.FACTS), _meeting_of, _entry),
    View(
        "files",
        NamedFile,
        frozenset({*_NAMING, *_NAMED_BY_OTHERS, FileWithdrawn, MinutesScanWithdrawn}),
        _files_in,
        _named_file,
    ),
    View(
        "attachments",
        AttachmentKept,
        frozenset({FileAttached, FileWithdrawn}),
        lambda recorded: (recorded.fact.attachment_id,),
        _attachment,
    ),
    View(
        "scans",
        OldMinutes,
        frozenset({MinutesDigitised, MinutesScanWithdrawn}),
        lambda recorded: (recorded.fact.scan_id,),
        _old_minutes,
    ),
    View(
        "page_texts",
        PageText,
        frozenset({MinutesDigitised, PageTextEntered, PageTextConfirmed, MinutesScanWithdrawn}),
        _text_keys,
        _page_text,
    ),
    View(
        "study",
        StudySession,
        frozenset({StudyAttended, StudyMadeUp}),
        lambda recorded: (recorded.fact.session_id,),
        _session,
    ),
    View("basis", BasisBook, frozenset({BasisDocumentAdopted}), lambda _recorded: ("",), _basis),
    View(
        "visits",
        Visit,
        _VISITS,
        _in_the_meeting("encouragement_id"),
        _visit,
    ),
    View(
        "corrections",
        WantedCorrection,
        frozenset({CorrectionRequested, CorrectionAccepted, CorrectionRefused}),
        _in_the_meeting("correction_id"),
        _correction,
    ),
    View(
        "outcomes",
        Outcome,
        frozenset(
            {
                MeetingOpened,
                LastMonthReviewed,
                MeetingScored,
                MeetingScoreConfirmed,
                MeetingClosed,
                PackagePublished,
                PracticeRulesPinned,
                LateMinutesRulesNoticed,
            }
        ),
        _meeting_of,
        _outcome,
    ),
    View("comings", Comings, frozenset({MeetingClosed}), _members_of, _comings),
    View("courses", year.Course, year.COURSE, year.course_keys, year.course),
    View("flags_seen", year.FlagSeen, year.FLAGS, year.flag_keys, year.flag_seen),
    View(
        "flags",
        Flagged,
        frozenset(
            {
                MinutesFlagRaised,
                MinutesFlagCleared,
                SigningFlagRaised,
                SigningFlagCleared,
                *meeting_gap.FACTS,
                *presenting.FACTS,
            }
        ),
        _flag_key,
        _flagged,
    ),
    View("grounds", SignedGround, _HISTORY, _meeting_of, _ground),
    View(
        "papers_signed",
        PaperSigned,
        frozenset({MinutesSigned, MinutesCountersigned, MinutesCorrected}),
        _paper_key,
        _paper,
    ),
    View("site_awaited", SiteAwaited, frozenset({MinutesSigned, MinutesCountersigned}), _paper_key, _site_awaited),
    View("signers", Keyring, signing_keys.MEMBER_HEARS, signing_keys.owner, signing_keys.step),
    View("site_keys", Keyring, signing_keys.SITE_HEARS, signing_keys.owner, signing_keys.step),
    View("findable", found.Findable, found.FINDABLE, found.findable_keys, found.findable, found.text),
    View("book_lines", found.BookLine, found.BOOK_LINES, found.book_line_keys, found.book_line),
    View("old_pages", found.OldPage, found.OLD_PAGES, found.old_page_keys, found.old_page),
    View("sealed_texts", found.SealedText, found.SEALED, found.sealed_keys, found.sealed_text),
    View(
        "numbers",
        NumberSeries,
        _NUMBERED,
        lambda recorded: ("NQ" if isinstance(recorded.fact, ResolutionAdopted) else "BB",),
        _numbers,
    ),
    View(
        "tasks",
        Task,
        frozenset(
            {
                UrgentTaskGiven,
                TaskAssigned,
                TaskExtended,
                TaskCompleted,
                TaskFailed,
                TaskFollowedUp,
                TaskHandedOver,
                LastMonthReviewed,
                UrgentTaskAcknowledged,
            }
        ),
        _tasks_in,
        _task,
    ),
)

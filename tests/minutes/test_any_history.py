"""Anything asked of the minutes' nouns, in any order: sums fit, votes stay within the base, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from services.minutes.domain.basis import BASIS
from services.minutes.domain.books import BOOKS
from services.minutes.domain.files import ATTACHMENTS
from services.minutes.domain.known import Charge, Known
from services.minutes.domain.meeting import Meeting
from services.minutes.domain.minutes import MINUTES
from services.minutes.domain.presenting import PRESENTING
from services.minutes.domain.scans import SCANS
from services.minutes.domain.study import STUDY
from shared.decision import Command
from shared.events.envelope import Fact
from shared.events.files import KeptFile
from shared.events.minutes import AssignmentDecided, MeetingClosed, VoteHeld
from shared.events.study import StudyAttended
from tests.any_history import AnyHistory, Pools, quick
from tests.minutes.october import BASE, KNOWN, MEETING, OPENED, VOTERS
from tests.sample_branch import CODE

DAYS = [date(2026, 10, 5), date(2026, 10, 12), date(2026, 11, 3), date(2027, 1, 1)]
PEOPLE = ["M02", "M03", "M07", "M08", "M11", "M09", "X9"]
MOMENTS = [datetime(2026, 10, 5, 7, minute, tzinfo=UTC) for minute in (0, 5, 20)]
POOLS: Pools = {
    "day": DAYS,
    "moment": MOMENTS,
    "text": ["Một câu.", "Câu khác."],
    "meeting_id": [MEETING],
    "decided_in": [MEETING, f"{CODE}:2026-11"],
    "period": ["2026-09", "2026-10"],
    "report_at": ["2026-10", "2026-11"],
    "item": [1, 7, 9, 11],
    "number": [1, 2],
    "member_id": PEOPLE,
    "partner_id": PEOPLE,
    "minute_taker_id": ["M07", "M04"],
    "speaker_id": PEOPLE,
    "explained_by": PEOPLE,
    "answer_by": PEOPLE,
    "by": PEOPLE,
    "for_member": PEOPLE,
    "of_member": PEOPLE,
    "present": PEOPLE,
    "attended": PEOPLE,
    "opinion_id": ["O12", "O13"],
    "vote_id": ["V1", "V2"],
    "recount_of": ["V1", "V2"],
    "task_id": ["T16", "T17", "T18", "T21"],
    "carried_from": ["T16", "T99"],
    "draft_id": ["D-T19"],
    "programme_item_id": ["P1"],
    "follow_up_ref": ["T20"],
    "correction_id": ["K1"],
    "encouragement_id": ["G1"],
    "guest_id": ["F01"],
    "session_id": ["S1"],
    "id": ["1", "2", "4.2"],
    "mark": ["5", "4.5", "25"],
    "line": ["O12"],
    "doc_no": ["22-NQ/CB", "29-BB/CB", "HD-11"],
    "supersedes": ["HD-11", "22-NQ/CB"],
    "chair_id": ["P1", "P2"],
    "person_id": ["P1", "P2", "P3"],
    "expected": [None],
}


class AnyMeeting(AnyHistory):
    """The October meeting, from its opening."""

    noun = MINUTES
    pools = POOLS
    begins = datetime(2026, 10, 5, 7, 1, tzinfo=UTC)
    steps = tuple(timedelta(minutes=minutes) for minutes in (0, 1, 5, 45))
    given = (OPENED,)
    refuses_again = True

    def known(self) -> Known:
        return KNOWN

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        meeting = self.state
        assert isinstance(meeting, Meeting)
        assert meeting.presence.keys() <= {*BASE, *VOTERS}
        for fact in facts:
            if isinstance(fact, VoteHeld):
                assert 0 < fact.for_ + fact.against + fact.other <= fact.voters_present <= len(VOTERS)
                assert fact.mode == "open" or fact.for_ + fact.against + fact.other >= 3
            if isinstance(fact, MeetingClosed):
                came = {one.member_id for one in fact.attended} & set(BASE)
                assert len(came) + len(fact.absent) == len(BASE) == fact.attendance.base
                assert meeting.adopted is not None
        decided = [fact.task_id for fact in self.facts if isinstance(fact, AssignmentDecided)]
        assert set(decided) == set(meeting.assignments), "no task that was decided is lost"


class AnyBook(AnyHistory):
    """A meeting of the union."""

    noun = BOOKS
    pools = {**POOLS, "meeting_id": [f"{CODE}:2026-10:union", f"{CODE}:2026-10"], "minute_taker_id": ["P1", "P2"]}  # noqa: RUF012 - read only
    actors = ("M01", "M07")
    refuses_again = True

    def known(self) -> Known:
        return replace(KNOWN, meeting=None, profile=None, book_taker="M07")

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        assert sorted(self.state.lines) == list(range(1, len(self.state.lines) + 1)), "lines follow one another"


class AnyStudy(AnyHistory):
    """A study session and who makes it up."""

    noun = STUDY
    pools = POOLS

    def known(self) -> Known:
        return replace(KNOWN, meeting=None, profile=None)

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        held = next((fact for fact in self.facts if isinstance(fact, StudyAttended)), None)
        if held is not None:
            assert not set(held.attended) & set(held.to_make_up)
            assert set(self.state.flags) <= set(self.state.raised)


class AnyPresenting(AnyHistory):
    """Documents that were to be presented."""

    noun = PRESENTING
    pools = {**POOLS, "doc_no": ["HD-1"]}  # noqa: RUF012 - read only
    actors = ("clock",)

    def known(self) -> Known:
        charge = Charge(doc_no="HD-1", member_id="M05", meeting_id=MEETING, due_on=DAYS[0], said_on=DAYS[0])
        return replace(KNOWN, meeting=None, profile=None, charge=charge)

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        assert set(self.state.standing) <= self.state.raised <= {(MEETING, DAYS[0])}


class AnyBasis(AnyHistory):
    """The documents criticism rests on."""

    noun = BASIS
    pools = POOLS

    def known(self) -> Known:
        return replace(KNOWN, meeting=None, profile=None)

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        numbers = [one.doc_no for one in self.state.held]
        assert len(numbers) == len(set(numbers))


FIRST, SECOND = "a" * 64, "b" * 64


def kept(sha256: str, pages: int) -> KeptFile:
    return KeptFile(sha256=sha256, size=812_345, media="pdf", pages=pages, keysubject=f"branch/{CODE}")


FILES = replace(KNOWN, meeting_known=True, files={FIRST: kept(FIRST, 3), SECOND: kept(SECOND, 1)})
FILED: Pools = {
    **POOLS,
    "attachment_id": ["TL1"],
    "scan_id": ["Q1"],
    "sha256": [FIRST, SECOND],
    "document_no": ["BC 12"],
    "grade": ["none", "Mật"],
    "page": [1, 2, 3],
    "at": [1, 2],
    "revision": [1, 2],
    "scanned_by": ["M04", "M07"],
    "compared_by": ["M04", "M08"],
    "agreed_by": ["M02", "M08"],
    "held_on": [date(2020, 3, 3), date(2027, 1, 1)],
    "number": ["12"],
    "volume": ["Sổ 2020"],
}


class AnyAttachment(AnyHistory):
    """One attached file."""

    noun = ATTACHMENTS
    pools = FILED
    refuses_again = True

    def known(self) -> Known:
        return FILES

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        assert getattr(command, "grade", "none") == "none", "nothing classified is kept"
        assert self.state.withdrawn is None or self.state.attached is not None


class AnyScan(AnyHistory):
    """Old minutes digitised."""

    noun = SCANS
    pools = FILED
    actors = ("M01", "M04", "M08")
    refuses_again = True

    def known(self) -> Known:
        return FILES

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        if self.state.digitised is not None:
            assert self.state.digitised.scanned_by != self.state.digitised.compared_by, "two persons"
        for text in self.state.texts.values():
            assert text.confirmed_by != text.entered_by, "nobody confirms the own text"


TestAnyMeeting = quick(AnyMeeting)
TestAnyBook = quick(AnyBook)
TestAnyStudy = quick(AnyStudy)
TestAnyPresenting = quick(AnyPresenting)
TestAnyBasis = quick(AnyBasis)
TestAnyAttachment = quick(AnyAttachment)
TestAnyScan = quick(AnyScan)

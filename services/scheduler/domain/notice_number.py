"""The number of a notice: each one that goes out, the first and every revised one, is a paper with its own (R22)."""

from __future__ import annotations

from services.scheduler.domain.known import Known
from services.scheduler.domain.plan import MeetingCommand, PlanFact
from shared.decision import Asked
from shared.events.envelope import Line
from shared.events.meeting import NoticeIssued, NoticeNumber, NoticeNumbered, NoticeRevised
from shared.numbering import numbered

MARK = "TB"


class SendsNotice(MeetingCommand):
    """A wish by which a notice goes out."""

    doc_no: NoticeNumber | None = None
    """By default the next of the term; without one, and where nobody said where the series begins, none is given."""
    skipped_because: Line | None = None
    """Why numbers before it are left out; asked for only then."""


def with_number(facts: tuple[PlanFact, ...], command: MeetingCommand, asked: Asked[Known]) -> tuple[PlanFact, ...]:
    """The facts, and the number of the notice among them last. Refused for a number that cannot be."""
    sent = next((fact for fact in facts if isinstance(fact, NoticeIssued | NoticeRevised)), None)
    wish = command if isinstance(command, SendsNotice) else None
    given, following = wish.doc_no if wish else None, asked.known.next_notice
    if sent is None or (given is None and following is None):
        return facts
    doc_no, skipped = numbered(MARK, following, given, wish.skipped_because if wish else None)
    revision = sent.revision if isinstance(sent, NoticeRevised) else 1
    return (
        *facts,
        NoticeNumbered(meeting_id=sent.meeting_id, revision=revision, doc_no=doc_no, skipped_because=skipped),
    )

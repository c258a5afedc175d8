"""What is said: speeches, opinions, what becomes of each opinion (R17), and the answers promised (R40)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting, Minutes, Opinion
from services.minutes.domain.session import (
    Facts,
    after_opening,
    in_branch,
    in_session,
    must_be_there,
    on_agenda,
    opened,
)
from services.minutes.domain.wish import WRITES, MinutesCommand
from shared.decision import Asked, Refused
from shared.events.envelope import MemberId, ShortId, instant
from shared.events.minutes import (
    AgendaNumber,
    Disposition,
    MemberSpoke,
    OpinionAnswered,
    OpinionDisposed,
    OpinionRecorded,
    SpeakerAfter,
)
from shared.events.sealed import PrivateText, Secret


class NoteSpeech(MinutesCommand):
    """Note that somebody spoke without raising an opinion that needs an answer."""

    member_id: MemberId
    item: AgendaNumber


class RecordOpinion(MinutesCommand):
    """Write down an opinion of somebody in the room."""

    opinion_id: ShortId
    speaker_id: MemberId
    item: AgendaNumber
    text: PrivateText
    contrary: bool = False


class DisposeOpinion(MinutesCommand):
    """Say what became of an opinion, in one of five ways; said again it replaces what was said before."""

    opinion_id: ShortId
    how: Disposition
    conclusion_item: AgendaNumber | None = None
    explained_by: MemberId | None = None
    explanation: PrivateText | None = None
    speaker_after: SpeakerAfter | None = None
    answer_by: MemberId | None = None
    answer_due: date | None = None


class AnswerOpinion(MinutesCommand):
    """Give the answer that was promised, or that came back from the superior; also after the meeting has closed."""

    READS_OWN: ClassVar[bool] = True
    MAY: ClassVar[frozenset[str]] = WRITES | {"answerer"}

    opinion_id: ShortId
    member_id: MemberId
    """Who answers."""
    answer: PrivateText


def note_speech(minutes: Minutes, command: NoteSpeech, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    if (command.member_id, command.item) in meeting.speeches:
        return ()
    in_session(minutes, asked)
    on_agenda(asked, command.item)
    must_be_there(meeting, command.member_id, after_opening(meeting, asked))
    return (MemberSpoke(meeting_id=command.meeting_id, member_id=command.member_id, item=command.item),)


def record_opinion(minutes: Minutes, command: RecordOpinion, asked: Asked[Known]) -> Facts:
    meeting = in_session(minutes, asked)
    if command.opinion_id in meeting.opinions:
        raise Refused(
            f"Ý kiến {command.opinion_id} đã được ghi rồi và vẫn còn nguyên. Nếu đây là ý kiến khác, đồng chí ghi với "
            "mã khác.",
            f"Opinion {command.opinion_id} is written down already and still there. Record another one under another "
            "id.",
            code="already-recorded",
        )
    on_agenda(asked, command.item)
    must_be_there(meeting, command.speaker_id, instant(asked.time))
    return (
        OpinionRecorded(
            meeting_id=command.meeting_id,
            opinion_id=command.opinion_id,
            speaker_id=command.speaker_id,
            item=command.item,
            text=_secret(asked, command.speaker_id, "text", command.text),
            contrary=command.contrary,
        ),
    )


def dispose_opinion(minutes: Minutes, command: DisposeOpinion, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    opinion = _opinion(meeting, command.opinion_id)
    if command.explanation is None and _disposed_so(opinion, command):
        return ()
    in_session(minutes, asked)
    if opinion.answered_on is not None:
        raise _answered(opinion)
    _complete(command, opinion)
    at = instant(asked.time)
    if command.explained_by is not None:
        must_be_there(meeting, command.explained_by, at)
    if command.speaker_after is not None:
        _speaker_was_asked(command, opinion, there=opinion.speaker_id in meeting.there(at))
    in_branch(asked, command.answer_by)
    return (
        OpinionDisposed(
            meeting_id=command.meeting_id,
            opinion_id=command.opinion_id,
            item=opinion.item,
            contrary=opinion.contrary,
            how=command.how,
            conclusion_item=command.conclusion_item,
            explained_by=command.explained_by,
            explained_by_chair=command.explained_by == meeting.chair(at),
            explanation=None
            if command.explanation is None
            else _secret(asked, opinion.speaker_id, "explanation", command.explanation),
            speaker_after=command.speaker_after,
            answer_by=command.answer_by,
            answer_due=_not_in_the_past(command.answer_due, asked),
            replaces=opinion.how,
        ),
    )


def answer_opinion(minutes: Minutes, command: AnswerOpinion, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    opinion = _opinion(meeting, command.opinion_id)
    if opinion.answered_on is not None:
        raise _answered(opinion)
    if not opinion.awaits_answer:
        raise Refused(
            f"Ý kiến {command.opinion_id} không ở diện trả lời sau hay chuyển cấp trên nên không có câu trả lời nào "
            "đang chờ. Đồng chí chọn lại ý kiến.",
            f"Opinion {command.opinion_id} was neither put off nor forwarded, so no answer is awaited. Choose the "
            "opinion again.",
            code="R40",
        )
    after_opening(meeting, asked)
    in_branch(asked, command.member_id)
    return (
        OpinionAnswered(
            meeting_id=command.meeting_id,
            opinion_id=command.opinion_id,
            item=opinion.item,
            by=command.member_id,
            answer=_secret(asked, opinion.speaker_id, "answer", command.answer),
            on=asked.today,
            due_on=opinion.answer_due,
        ),
    )


def must_all_be_answered(meeting: Meeting) -> None:
    """Refused while an opinion has got none of the five answers (R17)."""
    left = [opinion for opinion in meeting.opinions.values() if opinion.how is None]
    if left:
        which = ", ".join(f"đ/c {opinion.speaker_id}, mục {opinion.item}" for opinion in left)
        raise Refused(
            f"Còn {len(left)} ý kiến chưa trả lời ({which}). Đồng chí chọn: đưa vào kết luận, đã giải thích, bảo lưu, "
            "chuyển cấp trên, hoặc trả lời sau (ghi ai trả lời và ngày nào).",
            f"{len(left)} {'opinion' if len(left) == 1 else 'opinions'} unanswered "
            f"({', '.join(f'{opinion.speaker_id}, item {opinion.item}' for opinion in left)}). Choose: taken into the "
            "conclusion, explained, reserved, forwarded to the superior, or answered later (by whom and when).",
            code="R17",
        )


def _opinion(meeting: Meeting, opinion_id: str) -> Opinion:
    if opinion_id in meeting.opinions:
        return meeting.opinions[opinion_id]
    raise Refused(
        f"Buổi họp này không có ý kiến {opinion_id}. Đồng chí ghi ý kiến trước.",
        f"This meeting has no opinion {opinion_id}. Record the opinion first.",
        code="no-opinion",
    )


def _answered(opinion: Opinion) -> Refused:
    return Refused(
        f"Ý kiến này đã được trả lời ngày {opinion.answered_on:%d/%m/%Y}; câu trả lời đó được giữ. Nếu cần nói thêm, "
        "đồng chí ghi ở buổi họp tới.",
        f"This opinion was answered on {opinion.answered_on:%d/%m/%Y}; that answer is kept. Say more at the next "
        "meeting.",
        code="already-answered",
    )


def _disposed_so(opinion: Opinion, command: DisposeOpinion) -> bool:
    said = (command.how, command.conclusion_item, command.explained_by, command.answer_by, command.answer_due)
    kept = (opinion.how, opinion.conclusion_item, opinion.explained_by, opinion.answer_by, opinion.answer_due)
    return said == kept and command.speaker_after == opinion.speaker_after


def _complete(command: DisposeOpinion, opinion: Opinion) -> None:
    """Each way has its own parts, and no other's."""
    if (command.how == "accepted") != (command.conclusion_item is not None):
        raise Refused(
            "Ý kiến tiếp thu thì gắn với một kết luận; các cách khác thì không. Đồng chí xem lại số kết luận.",
            "An accepted opinion goes into a conclusion, the others do not. Check the number of the conclusion.",
            code="R17",
        )
    if (command.how == "to_be_answered") != (command.answer_by is not None and command.answer_due is not None):
        raise Refused(
            "Trả lời sau thì phải rõ ai trả lời và chậm nhất ngày nào; các cách khác không có phần này. Đồng chí ghi "
            "đủ hai điều đó, hoặc bỏ cả hai.",
            "What is answered later says who answers and by when; the other ways do not. Give both, or leave both out.",
            code="R17",
        )
    explained = command.explained_by is not None and command.explanation is not None
    if (command.explained_by is None) != (command.explanation is None):
        raise Refused(
            "Phần giải thích còn thiếu người giải thích hoặc lời giải thích. Đồng chí ghi đủ cả hai.",
            "The explanation lacks who explained or what was said. Give both.",
            code="R17",
        )
    if command.how == "contrary_explained" and not (explained and command.speaker_after):
        raise Refused(
            "Ý kiến trái chiều đã giải thích thì ghi ai giải thích, giải thích thế nào, và người nêu ý kiến đồng ý hay "
            "bảo lưu. Nếu chưa giải thích được ngay, đồng chí chọn «trả lời sau».",
            "A contrary opinion that was explained says by whom, how, and whether the speaker agreed or kept to it. "
            "Choose “answered later” if it cannot be explained now.",
            code="R17",
        )
    if command.how == "reserved" and opinion.contrary and not explained:
        raise Refused(
            "Ý kiến trái chiều chỉ bảo lưu sau khi đã được giải thích: đồng chí ghi ai giải thích và giải thích thế "
            "nào.",
            "A contrary opinion is reserved only after it was explained: say by whom and how.",
            code="R17",
        )


def _speaker_was_asked(command: DisposeOpinion, opinion: Opinion, *, there: bool) -> None:
    if there == (command.speaker_after != "not_present"):
        return
    raise Refused(
        f"Đ/c {opinion.speaker_id} {'đang có mặt' if there else 'không còn có mặt'} lúc này. Đồng chí ghi "
        f"{'đồng ý hay bảo lưu' if there else '«người nêu ý kiến đã về»'}.",
        f"{opinion.speaker_id} is {'present' if there else 'no longer present'} at this time. "
        f"Record {'whether they agreed or kept to it' if there else 'that the speaker had left'}.",
        code="R17",
    )


def _not_in_the_past(due: date | None, asked: Asked[Known]) -> date | None:
    if due is not None and due < asked.today:
        raise Refused(
            f"Ngày trả lời {due:%d/%m/%Y} đứng trước ngày họp {asked.today:%d/%m/%Y}. Đồng chí chọn lại ngày.",
            f"The day of the answer, {due:%d/%m/%Y}, lies before the meeting on {asked.today:%d/%m/%Y}. Choose again.",
            code="R17",
        )
    return due


def _secret(asked: Asked[Known], member: str, field: str, text: PrivateText) -> Secret:
    return Secret(subject=f"member/{asked.branch}/{member}", field=field, text=text)

"""Theory study attended and made up, and the documents that self-criticism and criticism rest on."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from shared.events.envelope import BranchCode, Fact, Line, MemberId, ShortId, Told
from shared.events.hub import ProfileRef
from shared.events.wording import day, rules_en, rules_vi


class StudyFact(Fact):
    """About one study session; it is no meeting of the cell."""

    OWNER: ClassVar[str] = "minutes"

    branch: BranchCode
    session_id: ShortId

    def subject(self) -> str:
        return f"study/{self.branch}:{self.session_id}"


class StudyRulesPinned(StudyFact):
    """By which rules the day for making the session up was counted; later rules change nothing of it."""

    profile: ProfileRef

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Hạn học bù của buổi học này tính theo {rules_vi(self.profile)}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"The day for making this study session up is counted by {rules_en(self.profile)}."


class StudyAttended(StudyFact):
    """Who attended a study session, and who of those counted is to make it up by a day (R39)."""

    title: Line
    held_on: date
    attended: tuple[MemberId, ...]
    to_make_up: tuple[MemberId, ...]
    make_up_by: date | None = None

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        left = (
            f", {len(self.to_make_up)} đồng chí học bù trước {day(self.make_up_by)}" if self.to_make_up else ", đủ số"
        )
        return f"{len(self.attended)} đồng chí dự học «{self.title}» ngày {day(self.held_on)}{left}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        many = len(self.to_make_up)
        left = f", {many} to make it up by {day(self.make_up_by)}" if many else ", nobody was missing"
        return f"{len(self.attended)} attended the study session “{self.title}” of {day(self.held_on)}{left}."


class StudyMadeUp(StudyFact):
    """Somebody who had missed the session made it up."""

    member_id: MemberId
    on: date
    due_on: date

    def vi(self, tell: Told) -> str:
        late = (self.on - self.due_on).days
        how = f"chậm {late} ngày" if late > 0 else "đúng hạn"
        return f"Đ/c {tell.name(self.member_id)} học bù ngày {day(self.on)}, {how}."

    def en(self, tell: Told) -> str:
        late = (self.on - self.due_on).days
        how = f"{late} {'day' if late == 1 else 'days'} late" if late > 0 else "in time"
        return f"{tell.name(self.member_id)} made the study session up on {day(self.on)}, {how}."


class BasisDocumentAdopted(Fact):
    """From a day on, criticism rests on this document; a newer one takes the place of an older."""

    OWNER: ClassVar[str] = "minutes"

    branch: BranchCode
    doc_no: Line
    title: Line | None = None
    from_on: date
    supersedes: Line | None = None

    def subject(self) -> str:
        return f"basis/{self.branch}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        instead = f", thay {self.supersedes}" if self.supersedes else ""
        return f"Từ ngày {day(self.from_on)}, tự phê bình và phê bình căn cứ {self.doc_no}{instead}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        instead = f", in place of {self.supersedes}" if self.supersedes else ""
        return f"From {day(self.from_on)} self-criticism and criticism rest on {self.doc_no}{instead}."


FACTS: tuple[type[Fact], ...] = (StudyRulesPinned, StudyAttended, StudyMadeUp, BasisDocumentAdopted)

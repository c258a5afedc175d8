"""Rules heard too late for what was pinned already: told to the secretary, changing nothing by themselves."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from shared import periods
from shared.events.envelope import BranchCode, Fact, Line, MeetingId, Told
from shared.events.hub import SUBJECT_WORDS, ProfileRef, RuleSubject
from shared.events.wording import rules_en, rules_vi
from shared.periods import AnyPeriod


class LateProfileFact(Fact):
    """Other rules than the pinned ones would be chosen now. What is pinned stays; each service tells its own."""

    rule_subject: RuleSubject
    day: date
    """The day the rules are chosen by: the meeting's, the period's last."""
    pinned: ProfileRef
    chosen: ProfileRef
    """What would be chosen now."""
    title: Line
    valid_from: date
    final: bool
    """Nothing of it can be reopened any more: a what-if only."""

    def _rules_vi(self) -> str:
        about = SUBJECT_WORDS.get(self.rule_subject, (self.rule_subject, ""))[0]
        return f"Quy định «{self.title}» về {about}, áp dụng từ ngày {self.valid_from:%d/%m/%Y}, về đến sau"

    def _rules_en(self) -> str:
        about = SUBJECT_WORDS.get(self.rule_subject, ("", self.rule_subject))[1]
        return f"The rules “{self.title}” about {about}, in force from {self.valid_from:%d/%m/%Y}, arrived after"


class LateProfileNoticed(LateProfileFact):
    """A meeting was set under other rules than those that are known now."""

    OWNER: ClassVar[str] = "scheduler"

    meeting_id: MeetingId

    def subject(self) -> str:
        return f"meeting/{self.meeting_id}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        after = (
            "buổi họp đã khai mạc nên kết quả giữ nguyên, chỉ xem thử được theo quy định mới"
            if self.final
            else "muốn theo quy định mới, đồng chí bí thư dời hoặc ấn định lại buổi họp và nêu lý do"
        )
        return (
            f"{self._rules_vi()} khi đã ấn định buổi họp ngày {self.day:%d/%m/%Y}; buổi họp vẫn theo "
            f"{rules_vi(self.pinned)}: {after}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        after = (
            "it has opened, so its results stay and the new rules allow a what-if only"
            if self.final
            else "to follow the new rules the secretary moves it or sets it again, with a reason"
        )
        return (
            f"{self._rules_en()} the meeting of {self.day:%d/%m/%Y} was set; it stays under {rules_en(self.pinned)}: "
            f"{after}."
        )


class LateRankingRulesNoticed(LateProfileFact):
    """A ranking was opened under other rules than those that are known now."""

    OWNER: ClassVar[str] = "ranking"

    branch: BranchCode
    period: AnyPeriod

    def subject(self) -> str:
        noun = "ranking" if periods.kind(self.period) == "month" else "appraisal"
        return f"{noun}/{self.branch}:{self.period}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        after = (
            "kết quả đã chốt nên giữ nguyên, chỉ xem thử được theo quy định mới"
            if self.final
            else "muốn theo quy định mới, đồng chí bí thư mở lại kỳ theo quy định mới và nêu lý do"
        )
        return (
            f"{self._rules_vi()} khi đã mở kỳ xếp loại {periods.vi(self.period)}; kỳ này vẫn theo "
            f"{rules_vi(self.pinned)}: {after}."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        after = (
            "its ranks are final and stay, and the new rules allow a what-if only"
            if self.final
            else "to follow the new rules the secretary opens it again under them, with a reason"
        )
        return (
            f"{self._rules_en()} the ranking of {periods.en(self.period)} was opened; it stays under "
            f"{rules_en(self.pinned)}: {after}."
        )


FACTS: tuple[type[Fact], ...] = (LateProfileNoticed, LateRankingRulesNoticed)

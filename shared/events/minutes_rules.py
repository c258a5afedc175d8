"""Rules used in a meeting beside its own: pinned where they are first used, and told of when others arrive later."""

from __future__ import annotations

from typing import ClassVar

from shared.events.envelope import BranchCode, Fact, MeetingId, Told
from shared.events.hub import ProfileRef
from shared.events.late_profile import LateProfileFact
from shared.events.wording import rules_en, rules_vi


class PracticeRulesPinned(Fact):
    """The practice rules were used for a meeting for the first time; it stays under them."""

    OWNER: ClassVar[str] = "minutes"

    branch: BranchCode
    meeting_id: MeetingId
    profile: ProfileRef

    def subject(self) -> str:
        return f"minutes/{self.meeting_id}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Nền nếp của buổi họp này theo {rules_vi(self.profile)}; quy định về sau không làm thay đổi."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"The practices of this meeting follow {rules_en(self.profile)}; later rules change nothing of it."


class LateMinutesRulesNoticed(LateProfileFact):
    """A meeting was scored, or followed practice rules, under others than those that are known now."""

    OWNER: ClassVar[str] = "minutes"

    branch: BranchCode
    meeting_id: MeetingId

    def subject(self) -> str:
        return f"minutes/{self.meeting_id}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"{self._rules_vi()} khi buổi họp ngày {self.day:%d/%m/%Y} đã theo {rules_vi(self.pinned)}; "
            "những gì đã ghi của buổi họp giữ nguyên."
        )

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return (
            f"{self._rules_en()} the meeting of {self.day:%d/%m/%Y} had followed {rules_en(self.pinned)}; "
            "what was recorded of it stays."
        )


AnyRulesFact = PracticeRulesPinned | LateMinutesRulesNoticed
FACTS: tuple[type[Fact], ...] = (PracticeRulesPinned, LateMinutesRulesNoticed)

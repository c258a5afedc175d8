"""Whether a branch's notices leave by themselves, and at which hour: the rules' default, or what the branch chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import ClassVar

from pydantic import Field

from services.scheduler.domain.known import Known, SendingChosen, living, preparation_on
from services.scheduler.domain.plan import LEADERS
from shared.days import VIETNAM
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import BranchCode
from shared.events.sending import NoticeSendingChosen


class ChooseNoticeSending(Command):
    """Choose whether notices leave by themselves, and at which hour of the last day on time."""

    MAY: ClassVar[frozenset[str]] = LEADERS

    by_itself: bool
    hour: int | None = Field(default=None, ge=0, le=23)
    """By default the rules' hour."""

    def subject(self, branch: BranchCode) -> str:
        return f"sending/{branch}"


@dataclass(frozen=True)
class Sending:
    """How a meeting's notice is sent."""

    by_itself: bool
    hour: int


def sending_on(known: Known, branch: str, day: date) -> Sending:
    """For a meeting of this day; where no rules about preparing hold, somebody sends."""
    profile, chosen = preparation_on(known, branch, day), known.sending
    if profile is None:
        return Sending(by_itself=False, hour=0)
    return Sending(
        by_itself=profile.notice_by_itself.under(chosen.by_itself if chosen else None),
        hour=profile.notice_hour.under(chosen.hour if chosen else None),
    )


def leaves_at(due_on: date, hour: int) -> datetime:
    """The moment a notice leaves by itself: at that hour, in Viet Nam, of the last day on time."""
    return datetime.combine(due_on, time(hour), VIETNAM).astimezone(UTC)


def decide(
    chosen: SendingChosen | None, command: ChooseNoticeSending, asked: Asked[Known]
) -> tuple[NoticeSendingChosen, ...]:
    """The choice, as far as the rules leave it to the branch."""
    living(asked.known, asked.today)
    profile = preparation_on(asked.known, asked.branch, asked.today)
    if profile is None:
        raise Refused(
            f"Ngày {asked.today:%d/%m/%Y} chưa có quy định nào về chuẩn bị buổi họp. Đồng chí xem lại ngày; "
            "chưa có gì thay đổi.",
            f"No rules about preparing a meeting hold on {asked.today:%d/%m/%Y}. Check the date; nothing has changed.",
            code="no-profile",
        )
    hour = profile.notice_hour.value if command.hour is None else command.hour
    switch = profile.notice_by_itself
    if switch.under(command.by_itself) != command.by_itself or not profile.notice_hour.allows(hour):
        raise Refused(
            f"Quy định «{profile.title}» không để chi bộ tự chọn cách gửi thông báo này. Đồng chí giữ như quy định; "
            "chưa có gì thay đổi.",
            f"The rules “{profile.title}” do not leave this to the branch. Keep to them; nothing has changed.",
            code="R1",
        )
    if chosen == SendingChosen(by_itself=command.by_itself, hour=hour):
        return ()
    return (NoticeSendingChosen(branch=asked.branch, by_itself=command.by_itself, hour=hour),)


def evolve(_chosen: SendingChosen | None, fact: NoticeSendingChosen) -> SendingChosen:
    """What was chosen last."""
    return SendingChosen(by_itself=fact.by_itself, hour=fact.hour)


SENDING: Noun[SendingChosen | None, Known] = Noun(
    name="sending", initial=None, decide=decide, evolve=evolve, commands=(ChooseNoticeSending,)
)

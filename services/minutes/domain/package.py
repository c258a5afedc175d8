"""The package after the meeting: finished papers published by the end of a day, late ones recorded as late (R21)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from services.minutes.domain.known import Known
from services.minutes.domain.meeting import Meeting, Minutes
from services.minutes.domain.session import Facts, opened
from services.minutes.domain.wish import WRITES, MinutesCommand
from shared.days import civil_day
from shared.decision import Asked, Refused
from shared.events.afterwards import PackagePublished, PackageTarget
from shared.events.envelope import Line, instant, moment
from shared.events.signatures import PackageSignaturesNoted, SignedBy
from shared.events.wording import clock_and_day, clock_and_day_en


class PublishPackage(MinutesCommand):
    """Say that the meeting's papers went out; late is allowed, and stays late."""

    MAY: ClassVar[frozenset[str]] = WRITES

    targets: Annotated[tuple[PackageTarget, ...], Field(min_length=1, max_length=3)]
    receipt: Line | None = None


def publish_package(minutes: Minutes, command: PublishPackage, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    at, before = instant(asked.time), meeting.practice.package
    if before is not None:
        if before.published_at == at or before.targets == command.targets:
            return ()
        raise Refused(
            f"Tài liệu buổi họp đã gửi lúc {clock_and_day(before.published_at)}; lần gửi đó được giữ. "
            "Đồng chí xem lại biên nhận của lần gửi ấy.",
            f"The papers went out at {clock_and_day_en(before.published_at)}; that is kept. "
            "See the receipt of that sending.",
            code="R21",
        )
    if meeting.closed is None or at < meeting.closed.closed_at:
        raise Refused(
            "Buổi họp chưa bế mạc lúc đó nên chưa có tài liệu hoàn chỉnh để gửi. Đồng chí thông qua biên bản, bế mạc, "
            "rồi gửi.",
            "The meeting was not closed by then, so its papers are not finished. Adopt, close, then publish.",
            code="R21",
        )
    days = package_days(asked)
    due = package_due(meeting, days)
    late = max(0, (asked.today - due).days)
    published = PackagePublished(
        meeting_id=command.meeting_id,
        published_at=at,
        due_on=due,
        days=days,
        on_time=late == 0,
        days_late=late,
        targets=tuple(dict.fromkeys(command.targets)),
        receipt=command.receipt,
    )
    return (published, *_signatures(meeting, command.meeting_id, at))


def _signatures(meeting: Meeting, meeting_id: str, at: str) -> tuple[PackageSignaturesNoted, ...]:
    """What the minutes that go out bear; nothing where nobody signed them."""
    signed = meeting.practice.signed.get(None)
    if signed is None:
        return ()
    return (
        PackageSignaturesNoted(
            meeting_id=meeting_id,
            published_at=at,
            document_sha256=signed.paper.document.sha256,
            signed_by=tuple(
                SignedBy(role=role, member_id=fact.member_id, key_id=fact.key_id)
                for role, fact in signed.by_role.items()
            ),
            complete=signed.complete,
        ),
    )


def package_days(asked: Asked[Known]) -> int:
    """Within how many days the papers are published. Refused when the rules are not known here."""
    if asked.known.profile is None:
        raise Refused(
            "Máy này chưa có bộ quy định của buổi họp nên chưa tính được hạn gửi; chưa có gì bị mất. Đồng chí nhờ "
            "người quản trị nạp bộ quy định, rồi gửi lại.",
            "The rules of this meeting are not known here, so the last day cannot be told; nothing was lost. Ask the "
            "operator to install them, then send again.",
            code="no-profile",
        )
    return asked.known.profile.package_days.value


def package_due(meeting: Meeting, days: int) -> date:
    """The last day, counted from the day the meeting closed; that day itself does not count."""
    closed_at = meeting.closed.closed_at if meeting.closed else meeting.opened.opened_at
    return civil_day(moment(closed_at)) + timedelta(days=days)

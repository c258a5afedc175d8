"""Minutes signed: by minute-taker and chair, by the site; addenda to them; and the days on which that was to be."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.branch import Sha256
from shared.events.envelope import BranchCode, Fact, Instant, Line, MeetingId, MemberId, ShortId, Told
from shared.events.files import KeptFile, NamesFiles
from shared.events.minutes import DocumentNumber, MinutesFact, Part
from shared.events.signing import KeyId, Signature, short
from shared.events.wording import clock_and_day, clock_and_day_en, day

SigningRole = Literal["minute_taker", "chair"]
SigningFlag = Literal["not_signed"]

ROLE_WORDS: dict[SigningRole, tuple[str, str]] = {
    "minute_taker": ("người ghi biên bản", "minute-taker"),
    "chair": ("chủ trì", "chair"),
}
SIGNING_WORDS: dict[SigningFlag, tuple[str, str]] = {
    "not_signed": ("biên bản chưa đủ chữ ký", "the minutes are not signed by both"),
}


class _Signed(MinutesFact):
    """A signature under the minutes, or under the addendum that a correction led to."""

    doc_no: DocumentNumber
    correction_id: ShortId | None = None
    """None: the minutes themselves."""
    key_id: KeyId
    statement: Line
    """The very lines that were signed (docs/signatures.md)."""
    statement_sha256: Sha256
    signature: Signature
    signed_at: Instant

    def _what(self) -> tuple[str, str]:
        if self.correction_id is None:
            return f"biên bản số {self.doc_no}", f"minutes no. {self.doc_no}"
        return (
            f"trang đính chính {self.correction_id} của biên bản số {self.doc_no}",
            f"addendum {self.correction_id} to minutes no. {self.doc_no}",
        )


class MinutesSigned(_Signed, NamesFiles):
    """The minute-taker or the chair signed the minutes, or an addendum to them."""

    role: SigningRole
    member_id: MemberId
    document: KeptFile
    renderer: Line

    @property
    def closed(self) -> bool:
        """The document holds what only the members of the branch read."""
        return True

    @property
    def title(self) -> str:
        """What people call the document."""
        what = self._what()[0]
        return what[0].upper() + what[1:]

    def kept_files(self) -> tuple[KeptFile, ...]:
        return (self.document,)

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.member_id)} ký {self._what()[0]} với vai trò {ROLE_WORDS[self.role][0]} lúc "
            f"{clock_and_day(self.signed_at)}, khóa {short(self.key_id)}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.member_id)} signed {self._what()[1]} as {ROLE_WORDS[self.role][1]} at "
            f"{clock_and_day_en(self.signed_at)}, key {short(self.key_id)}."
        )


class MinutesCountersigned(_Signed):
    """The site that keeps the minutes signed them too, once both had; from here on nobody changes them unnoticed."""

    site: ShortId
    document_sha256: Sha256

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Nơi lưu «{self.site}» ký xác nhận {self._what()[0]}, khóa {short(self.key_id)}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"The site “{self.site}” countersigned {self._what()[1]}, key {short(self.key_id)}."


class MinutesCorrected(MinutesFact):
    """Both signed the addendum: the minutes are corrected, the signed copy stays as it was (R43)."""

    doc_no: DocumentNumber
    correction_id: ShortId
    by: MemberId
    decided_in: MeetingId
    on: date
    """The day on which the cell decided."""
    signed_on: date
    """The day of the signed copy that stays."""
    document_sha256: Sha256
    addendum_sha256: Sha256

    def vi(self, tell: Told) -> str:
        return (
            f"Biên bản số {self.doc_no} được đính chính ngày {day(self.on)} theo đề nghị của đ/c {tell.name(self.by)}; "
            f"bản đã ký ngày {day(self.signed_on)} giữ nguyên, kèm trang đính chính có hai chữ ký."
        )

    def en(self, tell: Told) -> str:
        return (
            f"Minutes no. {self.doc_no} were corrected on {day(self.on)} at the request of {tell.name(self.by)}; the "
            f"copy signed on {day(self.signed_on)} stays as it was, with an addendum signed twice."
        )


class SignedBy(Part):
    """Whose signature a package holds."""

    role: SigningRole
    member_id: MemberId
    key_id: KeyId


class PackageSignaturesNoted(MinutesFact):
    """What went out with the package: the signed minutes by their hash, and whose signatures they bear (R21)."""

    published_at: Instant
    document_sha256: Sha256
    signed_by: Annotated[tuple[SignedBy, ...], Field(min_length=1)]
    complete: bool
    """Both had signed by then."""

    def vi(self, tell: Told) -> str:
        who = ", ".join(f"đ/c {tell.name(one.member_id)} ({ROLE_WORDS[one.role][0]})" for one in self.signed_by)
        end = "" if self.complete else "; còn thiếu một chữ ký"
        return f"Biên bản gửi đi lúc {clock_and_day(self.published_at)} có chữ ký của {who}{end}."

    def en(self, tell: Told) -> str:
        who = ", ".join(f"{tell.name(one.member_id)} ({ROLE_WORDS[one.role][1]})" for one in self.signed_by)
        end = "" if self.complete else "; one signature was missing"
        return f"The minutes that went out at {clock_and_day_en(self.published_at)} bore the signature of {who}{end}."


class _SigningFlagFact(Fact):
    """About a day on which both were to have signed."""

    OWNER: ClassVar[str] = "minutes"

    branch: BranchCode
    meeting_id: MeetingId
    flag: SigningFlag
    item: Line | None = None
    """The correction whose addendum it is about; None: the minutes themselves."""
    due_on: date
    rule: Line
    missing: Literal["MinutesSigned"] = "MinutesSigned"

    def subject(self) -> str:
        return f"minutes/{self.meeting_id}"

    def _about(self) -> tuple[str, str]:
        vi, en = SIGNING_WORDS[self.flag]
        return (vi, en) if self.item is None else (f"{vi} ({self.item})", f"{en} ({self.item})")


class SigningFlagRaised(_SigningFlagFact):
    """The day passed and not both had signed; the day it was due and the day it was noticed are both kept."""

    detected_on: date

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        late = f", phát hiện ngày {day(self.detected_on)}" if (self.detected_on - self.due_on).days > 1 else ""
        return f"Quá hạn ngày {day(self.due_on)}{late}: {self._about()[0]}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        late = f", noticed on {day(self.detected_on)}" if (self.detected_on - self.due_on).days > 1 else ""
        return f"Overdue since {day(self.due_on)}{late}: {self._about()[1]}."


class SigningFlagCleared(_SigningFlagFact):
    """Both have signed now."""

    cleared_on: date

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        late = (self.cleared_on - self.due_on).days
        how = f"chậm {late} ngày" if late > 0 else "đúng hạn"
        return f"Xóa nhắc việc quá hạn ngày {day(self.due_on)}, {self._about()[0]}: đã có, {how}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        late = (self.cleared_on - self.due_on).days
        how = f"{late} {'day' if late == 1 else 'days'} late" if late > 0 else "in time"
        return f"The flag of {day(self.due_on)} was cleared, {self._about()[1]}: it came, {how}."


AnySignatureFact = (
    MinutesSigned
    | MinutesCountersigned
    | MinutesCorrected
    | PackageSignaturesNoted
    | SigningFlagRaised
    | SigningFlagCleared
)

FACTS: tuple[type[Fact], ...] = (
    MinutesSigned,
    MinutesCountersigned,
    MinutesCorrected,
    PackageSignaturesNoted,
    SigningFlagRaised,
    SigningFlagCleared,
)

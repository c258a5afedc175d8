"""Keys with which people and the site sign: made, replaced, locked, withdrawn; only public halves stand in facts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from shared.events.envelope import BranchCode, Fact, MemberId, ShortId, Told

PublicKey = Annotated[str, StringConstraints(pattern=r"^[a-f0-9]{64}$")]
"""An Ed25519 public key, 32 bytes in hexadecimal (RFC 8032)."""
Signature = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]
"""An Ed25519 signature, 64 bytes in hexadecimal."""
KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""The first 16 bytes of the SHA-256 of the public key, in hexadecimal."""
Because = Literal["lost_pin", "renewed"]
Standing = Literal["secretary", "superior"]
WithdrawnBecause = Literal["left", "own_wish"]

BECAUSE_WORDS: dict[Because, tuple[str, str]] = {
    "lost_pin": ("quên mã PIN", "the PIN was lost"),
    "renewed": ("đổi khóa theo kỳ, khóa cũ xác nhận khóa mới", "renewed, the old key vouching for the new one"),
}
STANDING_WORDS: dict[Standing, tuple[str, str]] = {
    "secretary": ("bí thư", "secretary"),
    "superior": ("cấp ủy cấp trên", "the superior committee"),
}
WITHDRAWN_WORDS: dict[WithdrawnBecause, tuple[str, str]] = {
    "left": ("chuyển khỏi chi bộ", "left the branch"),
    "own_wish": ("theo đề nghị", "at their own wish"),
}


class SigningFact(Fact):
    """About one member's key for signing."""

    OWNER: ClassVar[str] = "roster"

    branch: BranchCode
    member_id: MemberId
    key_id: KeyId

    def subject(self) -> str:
        return f"signing/{self.branch}/{self.member_id}"


class SigningKeyEnrolled(SigningFact):
    """A member made a key for signing; its private half is locked away under the member's own PIN."""

    public_key: PublicKey
    proof: Signature
    """By the new key, over its own statement."""

    def vi(self, tell: Told) -> str:
        return f"Đ/c {tell.name(self.member_id)} lập khóa ký {short(self.key_id)}."

    def en(self, tell: Told) -> str:
        return f"{tell.name(self.member_id)} made the signing key {short(self.key_id)}."


class SigningKeyReplacementApproved(SigningFact):
    """One of the two who must agree that a member whose PIN is lost makes a new key."""

    because: Because
    by: MemberId
    standing: Standing

    def vi(self, tell: Told) -> str:
        return (
            f"Đ/c {tell.name(self.by)} ({STANDING_WORDS[self.standing][0]}) đồng ý để đ/c {tell.name(self.member_id)} "
            f"lập khóa ký mới thay khóa {short(self.key_id)}: {BECAUSE_WORDS[self.because][0]}."
        )

    def en(self, tell: Told) -> str:
        return (
            f"{tell.name(self.by)} ({STANDING_WORDS[self.standing][1]}) agreed that {tell.name(self.member_id)} makes "
            f"a new signing key in place of {short(self.key_id)}: {BECAUSE_WORDS[self.because][1]}."
        )


class SigningKeyReplaced(SigningFact):
    """A member made a new key in place of the old; what the old one signed stays signed."""

    public_key: PublicKey
    proof: Signature
    replaces: KeyId
    because: Because
    approved_by: tuple[MemberId, ...] = ()
    """Secretary and superior, where the PIN was lost."""
    endorsement: Signature | None = None
    """By the old key, over the new key's statement, where the PIN was at hand."""

    def vi(self, tell: Told) -> str:
        by = f"; đồng ý: {', '.join(f'đ/c {tell.name(one)}' for one in self.approved_by)}" if self.approved_by else ""
        return (
            f"Đ/c {tell.name(self.member_id)} lập khóa ký {short(self.key_id)} thay khóa {short(self.replaces)}: "
            f"{BECAUSE_WORDS[self.because][0]}{by}. Những gì khóa cũ đã ký vẫn có giá trị."
        )

    def en(self, tell: Told) -> str:
        by = f"; agreed by {' and '.join(map(tell.name, self.approved_by))}" if self.approved_by else ""
        return (
            f"{tell.name(self.member_id)} made the signing key {short(self.key_id)} in place of "
            f"{short(self.replaces)}: {BECAUSE_WORDS[self.because][1]}{by}. What the old key signed stays signed."
        )


class SigningKeyLocked(SigningFact):
    """The PIN was entered wrongly too often; the key signs nothing more until a new one takes its place."""

    tries: Annotated[int, Field(ge=1)]

    def vi(self, tell: Told) -> str:
        return (
            f"Khóa ký {short(self.key_id)} của đ/c {tell.name(self.member_id)} bị khóa sau {self.tries} lần nhập sai "
            "mã PIN."
        )

    def en(self, tell: Told) -> str:
        return (
            f"The signing key {short(self.key_id)} of {tell.name(self.member_id)} was locked after {self.tries} wrong "
            "PINs."
        )


class SigningKeyWithdrawn(SigningFact):
    """A key signs nothing more from a day on; its private half is destroyed, what it signed stays signed."""

    because: WithdrawnBecause
    effective_on: date

    def vi(self, tell: Told) -> str:
        return (
            f"Khóa ký {short(self.key_id)} của đ/c {tell.name(self.member_id)} thôi dùng từ ngày "
            f"{self.effective_on:%d/%m/%Y}: {WITHDRAWN_WORDS[self.because][0]}. Những gì đã ký vẫn có giá trị."
        )

    def en(self, tell: Told) -> str:
        return (
            f"The signing key {short(self.key_id)} of {tell.name(self.member_id)} is no longer used as of "
            f"{self.effective_on:%d/%m/%Y}: {WITHDRAWN_WORDS[self.because][1]}. What it signed stays signed."
        )


class SiteKeyPublished(Fact):
    """The site made its own key for signing, the first or a new one that the one before it vouches for."""

    OWNER: ClassVar[str] = "roster"

    site: ShortId
    key_id: KeyId
    public_key: PublicKey
    proof: Signature
    replaces: KeyId | None = None
    endorsement: Signature | None = None

    def subject(self) -> str:
        return f"site/{self.site}"

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        after = f", thay khóa {short(self.replaces)}" if self.replaces else ""
        after += " (không có xác nhận của khóa cũ)" if self.replaces and not self.endorsement else ""
        return f"Nơi lưu «{self.site}» công bố khóa ký {short(self.key_id)}{after}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        after = f", in place of {short(self.replaces)}" if self.replaces else ""
        after += " (without the old key's word)" if self.replaces and not self.endorsement else ""
        return f"The site “{self.site}” published its signing key {short(self.key_id)}{after}."


def short(key_id: str) -> str:
    """A key as people compare it: its first eight digits in two groups."""
    return f"{key_id[:4]}-{key_id[4:8]}"


AnySigningFact = (
    SigningKeyEnrolled | SigningKeyReplacementApproved | SigningKeyReplaced | SigningKeyLocked | SigningKeyWithdrawn
)
"""What the history of a member's key may hold."""

FACTS: tuple[type[Fact], ...] = (
    SigningKeyEnrolled,
    SigningKeyReplacementApproved,
    SigningKeyReplaced,
    SigningKeyLocked,
    SigningKeyWithdrawn,
    SiteKeyPublished,
)

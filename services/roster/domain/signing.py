"""Keys for signing: made by the person, replaced with two persons' word, locked, withdrawn; and the site's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

from services.roster.domain.known import Known
from services.roster.domain.members import listed
from shared.branch import Branch
from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import Fact, MemberId, ShortId
from shared.events.signing import (
    AnySigningFact,
    Because,
    KeyId,
    PublicKey,
    Signature,
    SigningKeyEnrolled,
    SigningKeyLocked,
    SigningKeyReplaced,
    SigningKeyReplacementApproved,
    SigningKeyWithdrawn,
    SiteKeyPublished,
    Standing,
    WithdrawnBecause,
    short,
)
from shared.signing import KeyStatement, key_id, verifies

Facts = tuple[Fact, ...]

# ------------------------------------------------------------------ what is asked


class SigningCommand(Command):
    """A wish about one member's key."""

    READS_OWN: ClassVar[bool] = True

    member_id: MemberId

    def subject(self, branch: str) -> str:
        return f"signing/{branch}/{self.member_id}"


class EnrolSigningKey(SigningCommand):
    """Make a key known that was just made for a member; the PIN stays where the key is kept."""

    MAY: ClassVar[frozenset[str]] = frozenset({"self"})

    public_key: PublicKey
    proof: Signature


class ApproveKeyReplacement(SigningCommand):
    """Agree that a member whose PIN is lost makes a new key; secretary and superior, each for themselves."""

    MAY: ClassVar[frozenset[str]] = frozenset({"secretary", "deputy_secretary", "superior", "operator"})

    key_id: KeyId


class ReplaceSigningKey(SigningCommand):
    """Put a new key in place of the old one."""

    MAY: ClassVar[frozenset[str]] = frozenset({"self"})

    public_key: PublicKey
    proof: Signature
    replaces: KeyId
    because: Because
    endorsement: Signature | None = None


class LockSigningKey(SigningCommand):
    """Say that a PIN was entered wrongly too often; said by roster's own store of keys."""

    MAY: ClassVar[frozenset[str]] = frozenset({"service"})

    key_id: KeyId
    tries: Annotated[int, Field(ge=1)]


class WithdrawSigningKey(SigningCommand):
    """End a key: at its owner's wish, or by the clock once the member has left."""

    MAY: ClassVar[frozenset[str]] = frozenset({"self", "secretary", "deputy_secretary", "clock"})

    key_id: KeyId
    because: WithdrawnBecause


class PublishSiteKey(Command):
    """Make the site's own key known: at the first start, and when the operator has a new one made."""

    MAY: ClassVar[frozenset[str]] = frozenset({"service", "operator"})

    site: ShortId
    public_key: PublicKey
    proof: Signature
    replaces: KeyId | None = None
    endorsement: Signature | None = None

    def subject(self, branch: str) -> str:  # noqa: ARG002 the site has one history, whoever asks
        return f"site/{self.site}"


# ------------------------------------------------------------------ a member's keys


@dataclass(frozen=True)
class Signing:
    """One member's keys as their facts left them."""

    public: Mapping[str, str] = field(default_factory=dict)
    """Key id → public key, in the order they were made."""
    active: str | None = None
    locked: bool = False
    approved: Mapping[Standing, str] = field(default_factory=dict)
    """Who agreed to a new key in place of the one in use."""


def evolve(signing: Signing, fact: AnySigningFact) -> Signing:
    match fact:
        case SigningKeyEnrolled() | SigningKeyReplaced():
            return Signing(public={**signing.public, fact.key_id: fact.public_key}, active=fact.key_id)
        case SigningKeyReplacementApproved():
            return replace(signing, approved={**signing.approved, fact.standing: fact.by})
        case SigningKeyLocked():
            return replace(signing, locked=True)
        case SigningKeyWithdrawn():
            return Signing(public=signing.public)
    assert_never(fact)


def decide(signing: Signing, command: Command, asked: Asked[Known]) -> Facts:
    match command:
        case EnrolSigningKey():
            return _enrol(signing, command, asked)
        case ApproveKeyReplacement():
            return _approve(signing, command, asked)
        case ReplaceSigningKey():
            return _replace(signing, command, asked)
        case LockSigningKey():
            if signing.locked or command.key_id != signing.active:
                return ()
            return (
                SigningKeyLocked(
                    branch=asked.branch, member_id=command.member_id, key_id=command.key_id, tries=command.tries
                ),
            )
        case WithdrawSigningKey():
            return _withdraw(signing, command, asked)
        case _:
            raise TypeError(command)


def _enrol(signing: Signing, command: EnrolSigningKey, asked: Asked[Known]) -> Facts:
    branch = _branch(asked, command.member_id)
    new = key_id(command.public_key)
    if signing.active == new:
        return ()
    if signing.active is not None:
        raise Refused(
            f"Đ/c {command.member_id} đã có khóa ký {short(signing.active)}. Nếu quên mã PIN, bí thư và cấp ủy cấp "
            "trên đồng ý rồi đồng chí lập khóa mới; nếu còn nhớ, đồng chí đổi khóa bằng mã PIN cũ. Chưa có gì thay "
            "đổi.",
            f"{command.member_id} has the signing key {short(signing.active)} already. If the PIN is lost, ask "
            "secretary and superior for a new key; otherwise renew it with the old PIN. Nothing has changed.",
            code="has-key",
        )
    _is_new(signing, new)
    _owns(branch.code, command.member_id, command.public_key, None, command.proof)
    return (
        SigningKeyEnrolled(
            branch=asked.branch,
            member_id=command.member_id,
            key_id=new,
            public_key=command.public_key,
            proof=command.proof,
        ),
    )


def _approve(signing: Signing, command: ApproveKeyReplacement, asked: Asked[Known]) -> Facts:
    branch = _branch(asked, command.member_id)
    _in_use(signing, command.key_id, command.member_id)
    if asked.actor == command.member_id:
        raise Refused(
            "Không ai tự đồng ý thay khóa ký của chính mình. Nếu đó là khóa của bí thư, đồng chí đề nghị phó bí thư "
            "đồng ý thay; chưa có gì thay đổi.",
            "Nobody agrees to replace the own key. Ask the deputy where it is the secretary's; nothing has changed.",
            code="own-key",
        )
    standing = _standing(branch, asked.actor)
    if signing.approved.get(standing) == asked.actor:
        return ()
    if asked.actor in signing.approved.values():
        raise Refused(
            "Thay khóa ký cần hai người khác nhau: bí thư và cấp ủy cấp trên. Đồng chí đã đồng ý rồi, còn chờ người "
            "kia; đồng chí nhắc đồng chí ấy.",
            "A key is replaced on the word of two different persons, secretary and superior. You have agreed already; "
            "wait for the other.",
            code="two-persons",
        )
    return (
        SigningKeyReplacementApproved(
            branch=asked.branch,
            member_id=command.member_id,
            key_id=command.key_id,
            because="lost_pin",
            by=asked.actor,
            standing=standing,
        ),
    )


def _standing(branch: Branch, actor: str) -> Standing:
    if branch.follower is not None and actor == branch.follower.id:
        return "superior"
    if actor != "operator":
        return "secretary"
    if branch.follower is None:
        # Where nobody follows the branch from above, the superior's word comes in through who runs the site.
        return "superior"
    raise Refused(
        f"Chi bộ này do đ/c {branch.follower.id} của cấp trên theo dõi; đồng chí ấy đồng ý, không phải người quản trị. "
        "Đồng chí đề nghị đồng chí ấy; chưa có gì thay đổi.",
        f"{branch.follower.id} follows this branch for the superior and agrees, not the operator. Ask the follower; "
        "nothing has changed.",
        code="not-allowed",
    )


def _replace(signing: Signing, command: ReplaceSigningKey, asked: Asked[Known]) -> Facts:
    branch = _branch(asked, command.member_id)
    new = key_id(command.public_key)
    if signing.active == new:
        return ()
    _in_use(signing, command.replaces, command.member_id)
    _is_new(signing, new)
    text = _owns(branch.code, command.member_id, command.public_key, command.replaces, command.proof)
    approved_by: tuple[str, ...] = ()
    match command.because:
        case "renewed":
            old = signing.public[command.replaces]
            if signing.locked or command.endorsement is None or not verifies(old, text, command.endorsement):
                raise Refused(
                    "Đổi khóa ký cần khóa cũ xác nhận khóa mới bằng mã PIN cũ. Nếu quên mã PIN, đồng chí đề nghị bí "
                    "thư và cấp ủy cấp trên cùng đồng ý lập khóa mới; chưa có gì thay đổi.",
                    "To renew a key the old one vouches for the new with the old PIN. If it is lost, ask secretary and "
                    "superior to agree to a new key; nothing has changed.",
                    code="not-endorsed",
                )
        case "lost_pin":
            missing = [one for one in ("secretary", "superior") if one not in signing.approved]
            if missing:
                vi = " và ".join({"secretary": "bí thư", "superior": "cấp ủy cấp trên"}[one] for one in missing)
                raise Refused(
                    f"Lập khóa ký mới khi quên mã PIN cần hai người đồng ý; còn thiếu {vi}. Đồng chí đề nghị, rồi lập "
                    "lại; chưa có gì thay đổi.",
                    f"A new key for a lost PIN needs two persons' word; still missing: {' and '.join(missing)}. "
                    "Nothing has changed.",
                    code="two-persons",
                )
            approved_by = (signing.approved["secretary"], signing.approved["superior"])
    return (
        SigningKeyReplaced(
            branch=asked.branch,
            member_id=command.member_id,
            key_id=new,
            public_key=command.public_key,
            proof=command.proof,
            replaces=command.replaces,
            because=command.because,
            approved_by=approved_by,
            endorsement=command.endorsement if command.because == "renewed" else None,
        ),
    )


def _withdraw(signing: Signing, command: WithdrawSigningKey, asked: Asked[Known]) -> Facts:
    if signing.active is None and command.key_id in signing.public:
        return ()
    _in_use(signing, command.key_id, command.member_id)
    branch = asked.known.branch
    gone = branch is None or branch.dissolved(asked.today) or branch.status_on(command.member_id, asked.today) is None
    if command.because == "left" and not gone:
        raise Refused(
            f"Đ/c {command.member_id} vẫn ở trong danh sách chi bộ nên khóa ký chưa thôi dùng. Đồng chí kiểm tra lại "
            "mã; chưa có gì thay đổi.",
            f"{command.member_id} is still on the branch's list, so the key stays in use. Check the id; nothing has "
            "changed.",
            code="still-here",
        )
    return (
        SigningKeyWithdrawn(
            branch=asked.branch,
            member_id=command.member_id,
            key_id=command.key_id,
            because=command.because,
            effective_on=asked.today,
        ),
    )


def _branch(asked: Asked[Known], member_id: str) -> Branch:
    """The branch, with this member on its list today. Raises Refused."""
    branch = asked.known.branch
    if branch is None or branch.dissolved(asked.today) or not listed(branch, member_id).here_on(asked.today):
        raise Refused(
            f"Hôm nay đ/c {member_id} không ở trong danh sách chi bộ nên không lập khóa ký được. Đồng chí kiểm tra lại "
            "mã; chưa có gì thay đổi.",
            f"{member_id} is not on the branch's list today and makes no signing key. Check the id; nothing has "
            "changed.",
            code="not-on-the-list",
        )
    return branch


def _in_use(signing: Signing, wanted: str, member_id: str) -> None:
    if signing.active == wanted:
        return
    raise Refused(
        f"Khóa {short(wanted)} không phải khóa ký đang dùng của đ/c {member_id}. Đồng chí mở lại trang khóa ký; chưa "
        "có gì thay đổi.",
        f"{short(wanted)} is not the signing key {member_id} uses now. Look again; nothing has changed.",
        code="no-key",
    )


def _is_new(signing: Signing, new: str) -> None:
    if new in signing.public:
        raise Refused(
            f"Khóa {short(new)} đã thôi dùng nên không dùng lại. Đồng chí lập khóa mới; chưa có gì thay đổi.",
            f"The key {short(new)} is no longer used and does not come back. Make a new one; nothing has changed.",
            code="old-key",
        )


def _owns(branch: str, member_id: str, public_key: str, replaces: str | None, proof: str) -> str:
    """What the new key says of itself. Raises Refused when the proof is not by that key."""
    text = KeyStatement(owner=f"member/{branch}/{member_id}", key=public_key, replaces=replaces).text()
    if not verifies(public_key, text, proof):
        raise _not_proven()
    return text


def _not_proven() -> Refused:
    return Refused(
        "Chữ ký chứng minh không phải của khóa mới này. Đồng chí lập lại khóa; chưa có gì thay đổi.",
        "The proof was not made with this new key. Make the key again; nothing has changed.",
        code="not-proven",
    )


# ------------------------------------------------------------------ the site's key


@dataclass(frozen=True)
class SiteKeys:
    """The site's keys as their facts left them."""

    public: Mapping[str, str] = field(default_factory=dict)
    active: str | None = None


def evolve_site(keys: SiteKeys, fact: SiteKeyPublished) -> SiteKeys:
    return SiteKeys(public={**keys.public, fact.key_id: fact.public_key}, active=fact.key_id)


def decide_site(keys: SiteKeys, command: PublishSiteKey, asked: Asked[Known]) -> Facts:
    new = key_id(command.public_key)
    if new == keys.active:
        return ()
    text = KeyStatement(owner=f"site/{command.site}", key=command.public_key, replaces=command.replaces).text()
    if new in keys.public or not verifies(command.public_key, text, command.proof):
        raise _not_proven()
    if command.replaces != keys.active:
        raise Refused(
            "Khóa mới của nơi lưu phải nối tiếp khóa đang dùng. Đồng chí nhờ người quản trị kiểm tra bản sao lưu của "
            "kho khóa; chưa có gì thay đổi.",
            "A new key of the site follows the one in use. Check the backup of the key store; nothing has changed.",
            code="site-key",
        )
    vouched = command.endorsement and keys.active and verifies(keys.public[keys.active], text, command.endorsement)
    # A lost store of keys has no old key to vouch with; then the operator's word stands in the fact without it.
    lost = command.endorsement is None and asked.actor == "operator"
    if keys.active is not None and not vouched and not lost:
        raise Refused(
            "Khóa đang dùng của nơi lưu chưa xác nhận khóa mới. Đồng chí nhờ người quản trị đổi khóa lại từ đầu; chưa "
            "có gì thay đổi.",
            "The site's key in use does not vouch for the new one. Ask the operator to renew it again; nothing has "
            "changed.",
            code="not-endorsed",
        )
    return (
        SiteKeyPublished(
            site=command.site,
            key_id=new,
            public_key=command.public_key,
            proof=command.proof,
            replaces=command.replaces,
            endorsement=command.endorsement,
        ),
    )


SIGNING: Noun[Signing, Known] = Noun(
    name="signing",
    initial=Signing(),
    decide=decide,
    evolve=evolve,
    commands=(EnrolSigningKey, ApproveKeyReplacement, ReplaceSigningKey, LockSigningKey, WithdrawSigningKey),
)

SITE_KEYS: Noun[SiteKeys, Known] = Noun(
    name="site",
    initial=SiteKeys(),
    decide=decide_site,
    evolve=evolve_site,
    commands=(PublishSiteKey,),
)

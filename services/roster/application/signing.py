"""How somebody signs: the own key made with a PIN, its use, what wrong PINs come to, the site's key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, SecretStr

from services.roster.domain.signing import (
    EnrolSigningKey,
    LockSigningKey,
    PublishSiteKey,
    ReplaceSigningKey,
    WithdrawSigningKey,
)
from shared.authorise import ENTERS_FOR_OTHERS, Action, Thing, actor_in, authorise
from shared.days import VIETNAM, civil_day
from shared.decision import Command, Refused
from shared.events.signing import Because, short
from shared.rules.choosing import EVERYWHERE
from shared.service.at_start import AtStart
from shared.service.http import Ask
from shared.signing import MinutesStatement
from shared.signing_keys import Keyring, PublishedKey
from shared.store.signing_keys import Locked, NewKey, OtherPin, SigningKeys, TooSoon, WrongPin, weak
from shared.stream.clock import Due

if TYPE_CHECKING:
    from datetime import timedelta

    from shared.branch import Branch
    from shared.settings import Settings
    from shared.store.asking import Answer
    from shared.store.views import ViewReader

PASSING = frozenset({"not-writing", "stopping", "disk-full", "store-away", "two-at-once", "clock"})
"""Refusals after which the same wish may come again, and finds the key it made."""

T = TypeVar("T")


class Signed(BaseModel):
    """A signature and the key it was made with."""

    model_config = ConfigDict(frozen=True)

    key_id: str
    public_key: str
    signature: str


@dataclass(frozen=True)
class Person:
    """Who signs, and who holds the tablet."""

    branch: str
    member_id: str
    enteredby: str | None = None
    medium: Any = None

    @property
    def owner(self) -> str:
        return f"member/{self.branch}/{self.member_id}"


# ------------------------------------------------------------------ reading


def keyring(reader: ViewReader, branch: str, member_id: str) -> Keyring:
    """All keys somebody has had; none: an empty ring."""
    return reader.get("signing_keys", branch, member_id) or Keyring(owner=member_id)


def site_keyring(reader: ViewReader, site: str) -> Keyring:
    """All keys the site has had."""
    return reader.get("site_keys", EVERYWHERE, site) or Keyring(owner=site)


def ended_keys(reader: ViewReader) -> list[str]:
    """Keys whose private half must be gone, by what was stored."""
    rings: list[Keyring] = [
        ring
        for view in ("signing_keys", "site_keys")
        for branch in reader.branches(view)
        for ring in reader.scan(view, branch)
    ]
    return [f"signing/{key.key_id}" for ring in rings for key in ring.keys if key.until is not None]


def keys_due(reader: ViewReader, now: datetime) -> Iterator[Due]:
    """Keys of members who have left their branch by now, or whose branch has ended."""
    today = civil_day(now)
    for code in reader.branches("signing_keys"):
        branch: Branch | None = reader.get("branch", code, "")
        for ring in reader.scan("signing_keys", code):
            key, member = ring.active, None if branch is None else branch.member(ring.owner)
            left = None if member is None or branch is None else member.left_on or branch.dissolved_on
            if key is not None and left is not None and left <= today:
                yield Due(
                    moment=datetime.combine(left, time(), VIETNAM).astimezone(UTC),
                    command=WithdrawSigningKey(member_id=ring.owner, key_id=key.key_id, because="left"),
                    branch=code,
                    rule=f"key-of-former-member:{key.key_id}",
                )


def site_key_at_start(settings: Settings, keys: Any) -> list[AtStart]:
    """The site's own key, made at the first start and made known once."""
    made = keys.signing.site_key(settings.site)
    command = PublishSiteKey(site=settings.site, public_key=made.public_key, proof=made.proof)
    return [AtStart(branch=EVERYWHERE, command=command, once="first")]


# ------------------------------------------------------------------ making and replacing


async def enrol(service: Any, reader: ViewReader, id: Any, person: Person, pin: SecretStr) -> Answer:
    """Make a key under a PIN and make it known. Raises Refused."""
    _may_use_key(service, reader, person)
    _is_good(pin, service.settings.pin_length)
    made = await _made(service, person, str(id), pin)
    command = EnrolSigningKey(member_id=person.member_id, public_key=made.public_key, proof=made.proof)
    return await _ask(service, id, person, command, made)


async def replace(  # noqa: PLR0917 - what the form holds
    service: Any, reader: ViewReader, id: Any, person: Person, pin: SecretStr, old_pin: SecretStr | None
) -> Answer:
    """Make a new key in place of the old: with the old PIN, or with two persons' word where that is lost."""
    _may_use_key(service, reader, person)
    _is_good(pin, service.settings.pin_length)
    ring = keyring(reader, person.branch, person.member_id)
    last = ring.keys[-1] if ring.keys else None
    if last is None:
        raise _has_none(person.member_id)
    made = await _made(service, person, str(id), pin, replaces=last, old_pin=old_pin)
    because: Because = "lost_pin" if old_pin is None else "renewed"
    command = ReplaceSigningKey(
        member_id=person.member_id,
        public_key=made.public_key,
        proof=made.proof,
        replaces=last.key_id,
        because=because,
        endorsement=made.endorsement,
    )
    return await _ask(service, id, person, command, made)


async def renew_site_key(service: Any, reader: ViewReader, id: Any, actor: str) -> Answer:
    """A new key of the site, vouched for by the one before where that is still here."""
    site = service.settings.site
    old = site_keyring(reader, site).active
    if old is None:
        raise no_store()
    made = await asyncio.to_thread(service.keys.signing.renew_site_key, site, str(id), old.key_id)
    command = PublishSiteKey(
        site=site,
        public_key=made.public_key,
        proof=made.proof,
        replaces=old.key_id,
        endorsement=made.endorsement,
    )
    asked = Ask[PublishSiteKey](id=id, branch=EVERYWHERE, actor=actor, command=command)
    answer: Answer = await service.ask(asked, command.model_dump_json().encode())
    return answer


async def _made(
    service: Any,
    person: Person,
    wish: str,
    pin: SecretStr,
    *,
    replaces: PublishedKey | None = None,
    old_pin: SecretStr | None = None,
) -> NewKey:
    store: SigningKeys = service.keys.signing

    def make() -> NewKey:
        return store.make(
            person.owner,
            wish,
            pin,
            replaces=replaces.key_id if replaces else None,
            old_pin=old_pin,
            now=service.clock.now(),
        )

    try:
        return await _with_pin(service, person, replaces, make)
    except OtherPin:
        raise Refused(
            "Lệnh này đã được gửi với mã PIN khác. Đồng chí làm lại từ đầu; chưa có gì thay đổi.",
            "This was sent before with another PIN. Start again from the beginning; nothing has changed.",
            code="other-body",
        ) from None


async def _ask(service: Any, id: Any, person: Person, command: Command, made: NewKey) -> Answer:
    asked = Ask[Command](
        id=id,
        branch=person.branch,
        actor=person.member_id,
        enteredby=person.enteredby,
        medium=person.medium,
        command=command,
    )
    try:
        # The PIN is no part of what the inbox takes a digest of: the key it led to is.
        answer: Answer = await service.ask(asked, command.model_dump_json().encode())
    except Refused as refusal:
        with service.views.read() as reader:
            known = keyring(reader, person.branch, person.member_id).key(made.key_id)
        if known is None and refusal.code not in PASSING:
            await asyncio.to_thread(service.keys.signing.forget, made.key_id)
        raise
    return answer


# ------------------------------------------------------------------ signing


async def sign(service: Any, reader: ViewReader, person: Person, pin: SecretStr, text: str) -> Signed:
    """A person's signature over a statement that names this person and this key. Raises Refused."""
    _may_use_key(service, reader, person)
    key = keyring(reader, person.branch, person.member_id).active
    if key is None:
        raise _has_none(person.member_id)
    statement = _statement(text)
    if statement.role == "site" or (statement.branch, statement.signer, statement.key) != (
        person.branch,
        person.member_id,
        key.key_id,
    ):
        raise Refused(
            f"Nội dung ký không phải của đ/c {person.member_id} với khóa {short(key.key_id)} đang dùng. Đồng chí mở "
            "lại biên bản rồi ký; chưa có gì được ký.",
            f"What is to be signed does not name {person.member_id} and the key {short(key.key_id)} in use. Open the "
            "minutes again and sign; nothing was signed.",
            code="other-statement",
        )
    store: SigningKeys = service.keys.signing
    signature = await _with_pin(service, person, key, lambda: store.sign(key.key_id, pin, text, service.clock.now()))
    return Signed(key_id=key.key_id, public_key=key.public_key, signature=signature)


async def sign_as_site(service: Any, reader: ViewReader, text: str) -> Signed:
    """The site's signature over a statement that names it."""
    site = service.settings.site
    key = site_keyring(reader, site).active
    statement = _statement(text)
    if key is None or (statement.role, statement.signer, statement.key) != ("site", site, key.key_id):
        raise Refused(
            "Nội dung ký không phải của nơi lưu này với khóa đang dùng; chưa có gì được ký. Đồng chí mở lại biên bản "
            "rồi ký lại.",
            "What is to be signed does not name this site and its key in use; nothing was signed. Open the minutes "
            "again, then sign.",
            code="other-statement",
        )
    try:
        signature = await asyncio.to_thread(service.keys.signing.sign_as_site, key.key_id, text)
    except KeyError:
        raise no_store() from None
    return Signed(key_id=key.key_id, public_key=key.public_key, signature=signature)


def _statement(text: str) -> MinutesStatement:
    try:
        return MinutesStatement.parse(text)
    except ValueError as error:
        raise Refused(
            f"Nội dung ký không đúng mẫu ({error}). Khóa ký chỉ ký biên bản và trang đính chính; chưa có gì được ký. "
            "Đồng chí mở lại biên bản rồi ký lại.",
            f"This is no statement about minutes ({error}); a key signs nothing else. Nothing was signed; open the "
            "minutes again, then sign.",
            code="malformed",
        ) from None


async def _with_pin(service: Any, person: Person, key: PublishedKey | None, use: Callable[[], T]) -> T:
    """Use a key; what a wrong PIN comes to is said in words, and the last one locks the key for all to see."""
    try:
        return await asyncio.to_thread(use)
    except KeyError:
        raise _not_here(person.member_id) from None
    except WrongPin as wrong:
        raise Refused(
            f"Mã PIN chưa đúng. Còn {wrong.left} lần thử{_wait_vi(wrong.wait)}; sai hết thì khóa ký bị khóa đến khi bí "
            "thư và cấp ủy cấp trên đồng ý lập khóa mới. Chưa có gì được ký; đồng chí nhập lại cẩn thận.",
            f"The PIN is not right. {wrong.left} {'try is' if wrong.left == 1 else 'tries are'} "
            f"left{_wait_en(wrong.wait)}; then the key is locked until secretary and superior agree to a new one. "
            "Nothing was signed; type it again with care.",
            code="wrong-pin",
        ) from None
    except TooSoon as soon:
        raise Refused(
            f"Vừa nhập sai mã PIN nên phải chờ{_wait_vi(soon.wait)[1:]}. Lần này chưa tính; còn {soon.left} lần thử. "
            "Chưa có gì được ký; đồng chí chờ rồi nhập lại.",
            f"After a wrong PIN{_wait_en(soon.wait)}. This time did not count; {soon.left} left. Nothing was signed; "
            "wait, then type it again.",
            code="wait",
        ) from None
    except Locked as locked:
        if key is not None:
            command = LockSigningKey(member_id=person.member_id, key_id=key.key_id, tries=locked.tries)
            asked = Ask[LockSigningKey](id=uuid4(), branch=person.branch, actor="service:roster", command=command)
            await service.ask(asked, command.model_dump_json().encode())
        raise Refused(
            f"Khóa ký đã bị khóa sau {locked.tries} lần nhập sai mã PIN. Bí thư và cấp ủy cấp trên đồng ý, rồi đồng "
            "chí lập khóa mới; những gì đã ký vẫn có giá trị.",
            f"The key is locked after {locked.tries} wrong PINs. Ask secretary and superior to agree, then make a new "
            "one; what was signed stays signed.",
            code="locked",
        ) from None


def _wait_vi(wait: timedelta) -> str:
    seconds = _seconds(wait)
    if not seconds:
        return ""
    return f", chờ {seconds} giây" if seconds < 120 else f", chờ {-(-seconds // 60)} phút"  # noqa: PLR2004 - two minutes


def _wait_en(wait: timedelta) -> str:
    seconds = _seconds(wait)
    if not seconds:
        return ""
    return f", wait {seconds} s" if seconds < 120 else f", wait {-(-seconds // 60)} min"  # noqa: PLR2004 - two minutes


def _seconds(wait: timedelta) -> int:
    return -(-int(wait.total_seconds() * 1000) // 1000)


def _may_use_key(service: Any, reader: ViewReader, person: Person) -> None:
    """Only the person, or whoever may enter for others, with the person's PIN."""
    branch: Branch | None = reader.get("branch", person.branch, "")
    today = civil_day(service.clock.now())
    signer = actor_in(branch, person.member_id, today)
    authorise(signer, Action("sign", frozenset({"member"})), Thing(person.branch, person.member_id))
    if person.enteredby is not None and person.enteredby != person.member_id:
        typist = actor_in(branch, person.enteredby, today)
        authorise(typist, Action("enter a signature for another", ENTERS_FOR_OTHERS), Thing(person.branch))


def _is_good(pin: SecretStr, least: int) -> None:
    if weak(pin, least):
        raise Refused(
            f"Mã PIN cần ít nhất {least} ký tự, không phải một ký tự lặp lại hay dãy liền nhau như 123456. Đồng chí "
            "chọn mã khác; chưa có gì được lưu.",
            f"A PIN has at least {least} characters, not one repeated nor a row like 123456. Choose another; nothing "
            "was stored.",
            code="weak-pin",
        )


def _has_none(member_id: str) -> Refused:
    return Refused(
        f"Đ/c {member_id} chưa có khóa ký. Đồng chí lập khóa với mã PIN của mình trước, rồi ký; nội dung đã nhập vẫn "
        "còn.",
        f"{member_id} has no signing key yet. Make one with your own PIN first, then sign; what was typed is kept.",
        code="no-key",
    )


def _not_here(member_id: str) -> Refused:
    return Refused(
        f"Khóa ký của đ/c {member_id} không có trong kho khóa ở đây; chưa có gì được ký. Đồng chí nhờ người quản trị "
        "khôi phục kho khóa, hoặc đề nghị bí thư và cấp ủy cấp trên đồng ý lập khóa mới.",
        f"The key of {member_id} is not in the key store here; nothing was signed. Restore the store, or make a new "
        "key with the secretary's and the superior's word.",
        code="no-key",
    )


def no_store() -> Refused:
    """Why nothing can be signed for the site."""
    return Refused(
        "Kho khóa ký của nơi lưu chưa mở được. Đồng chí nhờ người quản trị xem lại tệp signing.db; chưa có gì bị mất.",
        "The site's store of signing keys cannot be used. Look at signing.db; nothing was lost.",
        code="no-key",
    )

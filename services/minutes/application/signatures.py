"""Signing in one action: the paper printed and kept, roster asked for the person's signature, then the site's."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx
from pydantic import SecretStr

from services.minutes.application.asker import Answer as Shown
from services.minutes.application.asker import Asker
from services.minutes.application.deciding import ground_of
from services.minutes.application.printed import addendum_to_sign, minutes_to_sign
from services.minutes.application.profiles import signs_first
from services.minutes.domain.known import Known, PlannedMeeting
from services.minutes.domain.meeting import Meeting
from services.minutes.domain.minutes import MINUTES
from services.minutes.domain.remembered import PaperSigned, SiteAwaited
from services.minutes.domain.session import opened
from services.minutes.domain.signatures import CountersignMinutes, SignMinutes, may_sign, signers, statement_of
from services.minutes.domain.signed import BOTH, Signed
from shared import heard_rules
from shared.decision import Asked, Refused
from shared.events.envelope import Medium, instant
from shared.events.signatures import MinutesSigned, SigningRole
from shared.events.signing import short
from shared.rules.choosing import EVERYWHERE
from shared.service.http import Ask
from shared.signing import SignerRole

if TYPE_CHECKING:
    from shared.signing_keys import Keyring
    from shared.store.asking import Answer
    from shared.store.views import ViewReader


ROSTER_AWAY = "keys"


@dataclass(frozen=True)
class Wish:
    """Somebody's wish to sign, with the PIN."""

    id: UUID
    meeting_id: str
    correction_id: str | None
    actor: str
    pin: SecretStr
    enteredby: str | None
    medium: Medium | None

    @property
    def branch(self) -> str:
        return self.meeting_id.partition(":")[0]


class SignatureShown(Shown):
    """A signature as it is kept; docs/signatures.md says how to check it."""

    role: SignerRole
    signer: str
    key_id: str
    key: str
    """The key as people compare it."""
    signed_at: str
    statement: str
    signature: str


class PaperShown(Shown):
    """One paper of a meeting: who has signed it, who has not."""

    correction_id: str | None
    document_sha256: str | None
    signatures: tuple[SignatureShown, ...]
    waits_for: tuple[SigningRole, ...]
    state: Literal["open", "complete", "countersigned"]


# ------------------------------------------------------------------ one action


async def sign(service: Any, reader: ViewReader, asker: Asker, wish: Wish) -> Answer:
    """Sign the minutes, or an addendum, as whatever this person is to sign as. Raises Refused."""
    meeting, asked = await _as_it_stands(service, reader, wish.meeting_id, wish.correction_id, wish.actor)
    signed = meeting.practice.signed.get(wish.correction_id, Signed())
    again = next((fact for fact in signed.by_role.values() if fact.member_id == wish.actor), None)
    if again is not None:
        return await _ask(service, wish, _command(again))
    role: SigningRole = next((one for one in BOTH if wish.actor in signers(meeting, one, asked)), "chair")
    may_sign(meeting, wish.correction_id, role, wish.actor, asked)
    document, renderer = await _document(service, reader, asker, wish, signed)
    ring: Keyring | None = reader.get("signers", wish.branch, wish.actor)
    key = ring.active if ring is not None else None
    if key is None:
        raise Refused(
            f"Đ/c {wish.actor} chưa có khóa ký. Đồng chí lập khóa với mã PIN của mình, đợi vài giây rồi ký.",
            f"{wish.actor} has no signing key yet. Make one with your own PIN, wait a few seconds, then sign.",
            code="no-key",
        )
    statement = statement_of(
        meeting,
        asked,
        wish.correction_id,
        document=document,
        renderer=renderer,
        role=role,
        signer=wish.actor,
        key=key.key_id,
        time=instant(asked.time),
    )
    made = await _of_roster(
        service,
        f"/branches/{wish.branch}/signatures",
        {
            "actor": wish.actor,
            "enteredby": wish.enteredby,
            "medium": wish.medium,
            "pin": wish.pin.get_secret_value(),
            "statement": statement.text(),
        },
    )
    command = SignMinutes(
        meeting_id=wish.meeting_id,
        correction_id=wish.correction_id,
        key_id=key.key_id,
        signature=made["signature"],
        signed_at=statement.time,
        member_id=wish.actor,
        role=role,
        document_sha256=document,
        renderer=renderer,
    )
    answer = await _ask(service, wish, command)
    if len(signed.by_role) + 1 == len(BOTH):
        await countersign(service, wish.meeting_id, wish.correction_id)
    return answer


async def countersign_what_waits(service: Any) -> None:
    """Ask for the site's signature under every paper both have signed and the site has not: roster had been away."""
    with service.views.read() as reader:
        waiting: list[SiteAwaited] = [
            one for branch in reader.branches("site_awaited") for one in reader.scan("site_awaited", branch)
        ]
    for one in waiting:
        try:
            if len(one.signed) == len(BOTH):
                await _countersign(service, one.meeting_id, one.correction_id)
        except Refused as refused:
            if refused.code == ROSTER_AWAY:
                return


async def countersign(service: Any, meeting_id: str, correction_id: str | None) -> None:
    """The site's own signature, once both have signed; where it cannot be had now the clock asks again."""
    with suppress(Refused):
        await _countersign(service, meeting_id, correction_id)


async def _countersign(service: Any, meeting_id: str, correction_id: str | None) -> None:
    head = await asyncio.to_thread(service.log.head)
    await service.views.wait_async(service.log.name, head.index, service.settings.after_seconds)
    branch, site = meeting_id.partition(":")[0], service.settings.site
    with service.views.read() as reader:
        meeting, asked = await _as_it_stands(service, reader, meeting_id, correction_id, "service:minutes")
        ring: Keyring | None = reader.get("site_keys", EVERYWHERE, site)
    signed = meeting.practice.signed.get(correction_id, Signed())
    key = ring.active if ring is not None else None
    if key is None or not signed.complete or signed.site is not None:
        return
    statement = statement_of(
        meeting,
        asked,
        correction_id,
        document=signed.paper.document.sha256,
        renderer=signed.paper.renderer,
        role="site",
        signer=site,
        key=key.key_id,
        time=instant(asked.time),
    )
    made = await _of_roster(service, "/site-signatures", {"statement": statement.text()})
    command = CountersignMinutes(
        meeting_id=meeting_id,
        correction_id=correction_id,
        key_id=key.key_id,
        signature=made["signature"],
        signed_at=statement.time,
        site=site,
    )
    id = uuid5(NAMESPACE_URL, f"countersign {meeting_id} {correction_id} {statement.time}")
    ask = Ask[CountersignMinutes](id=id, branch=branch, actor="service:minutes", command=command)
    await service.ask(ask, command.model_dump_json().encode())


async def _as_it_stands(
    service: Any, reader: ViewReader, meeting_id: str, correction_id: str | None, actor: str
) -> tuple[Meeting, Asked[Known]]:
    branch = meeting_id.partition(":")[0]
    history = await asyncio.to_thread(service.log.history, f"minutes/{meeting_id}")
    meeting = opened(reduce(MINUTES.evolve, (recorded.fact for recorded in history), MINUTES.initial))
    planned: PlannedMeeting | None = reader.get("meetings", branch, meeting_id)
    now = service.clock.now()
    asked = Asked(
        command_id="",
        branch=branch,
        actor=actor,
        actorrole="",
        time=now,
        recordedtime=now,
        known=Known(
            branch=reader.get("branch", branch, ""),
            meeting=planned,
            profile=None,
            ground=ground_of(reader, branch, meeting_id, correction_id),
            signs_first=signs_first(heard_rules.rules(reader, branch), branch, planned),
        ),
    )
    return meeting, asked


async def _document(service: Any, reader: ViewReader, asker: Asker, wish: Wish, signed: Signed) -> tuple[str, str]:
    """The hash and the renderer of what is signed: what was signed first, or the paper printed now and kept."""
    if signed.by_role:
        return signed.paper.document.sha256, signed.paper.renderer
    if wish.correction_id is None:
        form = await minutes_to_sign(reader, wish.meeting_id, asker)
    else:
        form = await addendum_to_sign(reader, wish.meeting_id, wish.correction_id, asker)
    subject = f"branch/{wish.branch}"
    await service.keys.fetch([subject])

    made, sheets = await service.printer.with_sheets(form)
    kept = await asyncio.to_thread(service.files.keep, subject, made.bytes, "pdf", sheets)
    return kept.sha256, f"{made.renderer} {made.version}"


def _command(fact: MinutesSigned) -> SignMinutes:
    """The command that made a fact: asked again it changes nothing."""
    return SignMinutes(
        meeting_id=fact.meeting_id,
        correction_id=fact.correction_id,
        key_id=fact.key_id,
        signature=fact.signature,
        signed_at=fact.signed_at,
        member_id=fact.member_id,
        role=fact.role,
        document_sha256=fact.document.sha256,
        renderer=fact.renderer,
    )


async def _ask(service: Any, wish: Wish, command: SignMinutes) -> Answer:
    ask = Ask[SignMinutes](
        id=wish.id,
        branch=wish.branch,
        actor=wish.actor,
        enteredby=wish.enteredby,
        medium=wish.medium,
        command=command,
    )
    answer: Answer = await service.ask(ask, command.model_dump_json().encode())
    return answer


async def _of_roster(service: Any, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What roster answers; its refusals in its own words."""
    try:
        answer = await service.client.post(f"{service.settings.url('roster')}{path}", json=body)
        said: dict[str, Any] = answer.json()
    except (httpx.HTTPError, json.JSONDecodeError):
        raise Refused(
            "Chưa ký được vì dịch vụ danh sách, nơi giữ khóa ký, chưa trả lời. Đồng chí thử lại sau ít phút; chưa có "
            "gì bị mất.",
            "Nothing was signed, because roster, which keeps the keys, does not answer. Try again in a few minutes.",
            code=ROSTER_AWAY,
        ) from None
    if answer.is_success:
        return said
    raise Refused(said.get("detail", ""), said.get("detail_en", ""), code=said.get("code", ROSTER_AWAY))


# ------------------------------------------------------------------ showing


def papers(reader: ViewReader, branch: str, meeting_id: str) -> list[PaperShown]:
    """What of a meeting was signed by whom: the minutes first, then each addendum."""
    kept: list[PaperSigned] = [one for one in reader.scan("papers_signed", branch) if one.meeting_id == meeting_id]
    return [_shown(one) for one in sorted(kept, key=lambda one: one.correction_id or "")]


def _shown(one: PaperSigned) -> PaperShown:
    under = [*one.signed.values(), *filter(None, [one.site])]
    return PaperShown(
        correction_id=one.correction_id,
        document_sha256=one.document_sha256,
        signatures=tuple(SignatureShown(**kept.model_dump(), key=short(kept.key_id)) for kept in under),
        waits_for=tuple(role for role in BOTH if role not in one.signed),
        state="countersigned" if one.site else "complete" if len(one.signed) == len(BOTH) else "open",
    )

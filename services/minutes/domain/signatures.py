"""Signatures under minutes and addenda: who signs in which order what; the rest is arithmetic anybody can repeat."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from services.minutes.domain.known import Ground, Known
from services.minutes.domain.meeting import Meeting, Minutes
from services.minutes.domain.session import Facts, comrades, opened
from services.minutes.domain.signed import BOTH, Signed
from services.minutes.domain.wish import MinutesCommand
from shared.days import civil_day
from shared.decision import Asked, Refused
from shared.events.envelope import Instant, MemberId, ShortId, instant, moment
from shared.events.files import KeptFile, Sha256
from shared.events.signatures import ROLE_WORDS, MinutesCorrected, MinutesCountersigned, MinutesSigned, SigningRole
from shared.events.signing import KeyId, Signature, short
from shared.events.wording import clock_and_day, clock_and_day_en
from shared.signing import MinutesStatement, SignerRole, verifies
from shared.signing_keys import Keyring

AHEAD = timedelta(minutes=5)
"""How far the signer's clock may be ahead of this one."""
Renderer = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[!-~]+( [!-~]+)*$")]


class _Signing(MinutesCommand):
    """A signature that was made somewhere and is to be kept here."""

    READS_OWN: ClassVar[bool] = True

    correction_id: ShortId | None = None
    """Left out: the minutes themselves."""
    key_id: KeyId
    signature: Signature
    signed_at: Instant


class SignMinutes(_Signing):
    """Keep a person's signature under the minutes or an addendum; minute-taker and chair, in the profile's order."""

    MAY: ClassVar[frozenset[str]] = frozenset({"self"})

    member_id: MemberId
    role: SigningRole
    document_sha256: Sha256
    renderer: Renderer

    def files(self, branch: str) -> tuple[tuple[str, str], ...]:
        return ((f"branch/{branch}", self.document_sha256),)


class CountersignMinutes(_Signing):
    """Keep the site's own signature, once both have signed."""

    MAY: ClassVar[frozenset[str]] = frozenset({"service"})

    site: ShortId


def sign_minutes(minutes: Minutes, command: SignMinutes, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    signed = meeting.practice.signed.get(command.correction_id, Signed())
    before = signed.by_role.get(command.role)
    if before is not None and (before.member_id, before.signature) == (command.member_id, command.signature):
        return ()
    may_sign(meeting, command.correction_id, command.role, command.member_id, asked)
    document = _the_document(signed, command, asked)
    _in_time(meeting, command, asked)
    statement = statement_of(
        meeting,
        asked,
        command.correction_id,
        document=document.sha256,
        renderer=command.renderer,
        role=command.role,
        signer=command.member_id,
        key=command.key_id,
        time=command.signed_at,
    )
    _must_hold(statement, command.signature, asked.known.signer, command.key_id)
    fact = MinutesSigned(
        meeting_id=command.meeting_id,
        doc_no=_doc_no(meeting),
        correction_id=command.correction_id,
        key_id=command.key_id,
        statement=statement.text(),
        statement_sha256=statement.sha256,
        signature=command.signature,
        signed_at=command.signed_at,
        role=command.role,
        member_id=command.member_id,
        document=document,
        renderer=command.renderer,
    )
    if command.correction_id is None or len(signed.by_role) + 1 < len(BOTH):
        return (fact,)
    return (fact, _corrected(meeting, command.meeting_id, command.correction_id, document))


def may_sign(
    meeting: Meeting, correction_id: str | None, role: SigningRole, member_id: str, asked: Asked[Known]
) -> None:
    """Return when this member may sign this paper in this role now. Raises Refused."""
    signed = meeting.practice.signed.get(correction_id, Signed())
    before = signed.by_role.get(role)
    _may_be_signed(meeting, correction_id)
    _is_whoever_signs(meeting, role, member_id, asked)
    if before is not None:
        raise Refused(
            f"Đ/c {before.member_id} đã ký với vai trò {ROLE_WORDS[role][0]} lúc {clock_and_day(before.signed_at)}; "
            "chữ ký đó được giữ. Đồng chí không cần làm gì thêm, cứ xem lại trang ký.",
            f"{before.member_id} signed as {ROLE_WORDS[role][1]} at {clock_and_day_en(before.signed_at)}; "
            "that signature is kept. See the page of signatures.",
            code="already-signed",
        )
    _in_order(signed, role, asked)


def countersign_minutes(minutes: Minutes, command: CountersignMinutes, asked: Asked[Known]) -> Facts:
    meeting = opened(minutes)
    signed = meeting.practice.signed.get(command.correction_id, Signed())
    if signed.site is not None:
        return ()
    if not signed.complete:
        raise Refused(
            "Nơi lưu ký xác nhận sau khi người ghi biên bản và chủ trì đã ký. Đồng chí chờ hai chữ ký đó; chưa có gì "
            "thay đổi.",
            "The site signs once minute-taker and chair have. Wait for both; nothing has changed.",
            code="not-signed",
        )
    _in_time(meeting, command, asked)
    paper = signed.paper
    statement = statement_of(
        meeting,
        asked,
        command.correction_id,
        document=paper.document.sha256,
        renderer=paper.renderer,
        role="site",
        signer=command.site,
        key=command.key_id,
        time=command.signed_at,
    )
    _must_hold(statement, command.signature, asked.known.signer, command.key_id)
    return (
        MinutesCountersigned(
            meeting_id=command.meeting_id,
            doc_no=_doc_no(meeting),
            correction_id=command.correction_id,
            key_id=command.key_id,
            statement=statement.text(),
            statement_sha256=statement.sha256,
            signature=command.signature,
            signed_at=command.signed_at,
            site=command.site,
            document_sha256=paper.document.sha256,
        ),
    )


# ------------------------------------------------------------------ what is signed, and by whom


def statement_of(
    meeting: Meeting,
    asked: Asked[Known],
    correction_id: str | None,
    *,
    document: str,
    renderer: str,
    role: SignerRole,
    signer: str,
    key: str,
    time: str,
) -> MinutesStatement:
    """The lines to be signed, as docs/signatures.md writes them. Refused while they cannot be known."""
    ground = _ground(asked, correction_id)
    minutes = meeting.practice.signed.get(None)
    return MinutesStatement(
        purpose="minutes" if correction_id is None else "addendum",
        branch=asked.branch,
        meeting=meeting.opened.meeting_id,
        number=_doc_no(meeting),
        log=ground.log,
        history=f"minutes/{meeting.opened.meeting_id}",
        facts=ground.facts,
        first=ground.first,
        last=ground.last,
        root=ground.root,
        correction=correction_id,
        amends=minutes.paper.document.sha256 if correction_id is not None and minutes is not None else None,
        document=document,
        renderer=renderer,
        role=role,
        signer=signer,
        key=key,
        time=time,
    )


def signers(meeting: Meeting, role: SigningRole, asked: Asked[Known]) -> tuple[str, ...]:
    """Who signs in this role: whoever held it when the meeting closed, or who stands in for one no longer here."""
    at = meeting.closed.closed_at if meeting.closed else meeting.opened.opened_at
    own = meeting.taker(at) if role == "minute_taker" else meeting.chair(at)
    branch = asked.known.branch
    if branch is None or branch.status_on(own, asked.today) is not None:
        return (own,)
    office = {"minute_taker"} if role == "minute_taker" else {"secretary", "deputy_secretary"}
    other = meeting.chair(at) if role == "minute_taker" else meeting.taker(at)
    return tuple(
        one for one in branch.roster(asked.today) if one != other and office & branch.roles_on(one, asked.today)
    )


def _may_be_signed(meeting: Meeting, correction_id: str | None) -> None:
    if meeting.adopted is None:
        raise Refused(
            "Biên bản chưa được chi bộ thông qua nên chưa ký được. Đồng chí đọc biên bản, biểu quyết, bế mạc, rồi ký.",
            "The cell has not adopted the minutes, so they are not signed yet. Read them, vote, close, then sign.",
            code="R20",
        )
    if meeting.closed is None:
        raise Refused(
            "Buổi họp chưa ghi bế mạc; biên bản ký có cả giờ kết thúc. Đồng chí ghi bế mạc, rồi ký.",
            "The meeting is not recorded as closed, and signed minutes say when it ended. Close it, then sign.",
            code="R20",
        )
    if correction_id is None:
        return
    wanted = meeting.practice.corrections.get(correction_id)
    if wanted is None or not wanted.accepted:
        raise Refused(
            f"Chi bộ chưa đồng ý đính chính {correction_id} nên chưa có trang đính chính để ký. Đồng chí chờ chi bộ "
            "quyết định; chưa có gì thay đổi.",
            f"The cell has not agreed to correction {correction_id}, so there is no addendum to sign. Wait for the "
            "cell's decision; nothing has changed.",
            code="R43",
        )
    if not meeting.practice.signed.get(None, Signed()).complete:
        raise Refused(
            "Trang đính chính đi kèm biên bản đã ký, mà biên bản chưa đủ hai chữ ký. Đồng chí ký biên bản trước.",
            "An addendum goes with signed minutes, and the minutes lack a signature. Sign them first.",
            code="R43",
        )


def _is_whoever_signs(meeting: Meeting, role: SigningRole, member_id: str, asked: Asked[Known]) -> None:
    expected = signers(meeting, role, asked)
    if member_id in expected:
        return
    raise Refused(
        f"Ký với vai trò {ROLE_WORDS[role][0]} là {comrades(expected) or 'đồng chí giữ chức trách đó'}, không "
        f"phải đ/c {member_id}. Đồng chí mời đúng người ký; chưa có gì được ký.",
        f"Signing as {ROLE_WORDS[role][1]} is for {', '.join(expected) or 'whoever holds that office'}, not "
        f"for {member_id}. Ask the right person to sign; nothing was signed.",
        code="wrong-person",
    )


def _in_order(signed: Signed, role: SigningRole, asked: Asked[Known]) -> None:
    first = asked.known.signs_first
    if role == first or first in signed.by_role:
        return
    raise Refused(
        f"{ROLE_WORDS[first][0].capitalize()} ký trước. Đồng chí chờ chữ ký đó rồi ký; chưa có gì được ký.",
        f"The {ROLE_WORDS[first][1]} signs first. Wait for that signature; nothing was signed.",
        code="order",
    )


def _the_document(signed: Signed, command: SignMinutes, asked: Asked[Known]) -> KeptFile:
    if signed.by_role:
        paper = signed.paper
        if (paper.document.sha256, paper.renderer) != (command.document_sha256, command.renderer):
            raise Refused(
                f"Văn bản này khác văn bản đ/c {paper.member_id} đã ký (mã {paper.document.sha256[:12]}…). Hai người "
                "ký cùng một văn bản; đồng chí mở bản đã ký rồi ký. Chưa có gì được ký.",
                f"This is not the document {paper.member_id} signed ({paper.document.sha256[:12]}…). Both sign the "
                "same one: open that and sign. Nothing was signed.",
                code="other-document",
            )
        return paper.document
    found = asked.known.files.get(command.document_sha256)
    if found is None:
        raise Refused(
            f"Kho lưu trữ không có văn bản mã {command.document_sha256[:12]}…; chỉ ký văn bản đã lưu. Đồng chí mở lại "
            "biên bản rồi ký; chưa có gì được ký.",
            f"The store holds no document {command.document_sha256[:12]}…; only what is kept is signed. Open the "
            "minutes again and sign; nothing was signed.",
            code="file-missing",
        )
    return found


def _in_time(meeting: Meeting, command: _Signing, asked: Asked[Known]) -> None:
    least = meeting.closed.closed_at if meeting.closed else meeting.opened.opened_at
    if least <= command.signed_at <= instant(asked.recordedtime + AHEAD):
        return
    raise Refused(
        f"Giờ ký {clock_and_day(command.signed_at)} không nằm giữa lúc bế mạc {clock_and_day(least)} và bây giờ. "
        "Đồng chí xem lại đồng hồ của máy rồi ký lại; chưa có gì được ký.",
        f"The time of signing {clock_and_day_en(command.signed_at)} does not lie between the closing at "
        f"{clock_and_day_en(least)} and now. Check the clock and sign again; nothing was signed.",
        code="signed-at",
    )


def _must_hold(statement: MinutesStatement, signature: str, ring: Keyring | None, key_id: str) -> None:
    key = ring.active if ring is not None else None
    if key is None or key.key_id != key_id or key.locked:
        raise Refused(
            f"Khóa {short(key_id)} không phải khóa ký đang dùng của người ký. Nếu vừa lập khóa, đồng chí đợi vài giây "
            "rồi ký lại; chưa có gì được ký.",
            f"{short(key_id)} is not a key the signer uses now. If it was just made, try again in a few seconds; "
            "nothing was signed.",
            code="no-key",
        )
    if not verifies(key.public_key, statement.text(), signature):
        raise Refused(
            "Chữ ký không khớp với biên bản, văn bản và khóa ký. Có thể vừa có việc ghi thêm; đồng chí mở lại biên bản "
            "rồi ký lại. Chưa có gì được ký.",
            "The signature does not fit these minutes, this document and this key. Something may have been added: open "
            "the minutes again and sign. Nothing was signed.",
            code="not-verified",
        )


def _ground(asked: Asked[Known], correction_id: str | None) -> Ground:
    ground = asked.known.ground
    if ground is None:
        raise Refused(
            f"Chưa tính được phần biên bản cần ký{f' cho đính chính {correction_id}' if correction_id else ''}. Đồng "
            "chí thử lại sau ít giây; chưa có gì được ký.",
            "What is to be signed cannot be told yet. Try again in a few seconds; nothing was signed.",
            code="no-ground",
        )
    return ground


def _corrected(meeting: Meeting, meeting_id: str, correction_id: str, addendum: KeptFile) -> MinutesCorrected:
    wanted = meeting.practice.corrections[correction_id]
    minutes = meeting.practice.signed[None]
    last = max(fact.signed_at for fact in minutes.by_role.values())
    return MinutesCorrected(
        meeting_id=meeting_id,
        doc_no=_doc_no(meeting),
        correction_id=correction_id,
        by=wanted.by,
        decided_in=wanted.decided_in or meeting_id,
        on=wanted.decided_on or wanted.on,
        signed_on=civil_day(moment(last)),
        document_sha256=minutes.paper.document.sha256,
        addendum_sha256=addendum.sha256,
    )


def _doc_no(meeting: Meeting) -> str:
    return meeting.adopted.doc_no if meeting.adopted else ""

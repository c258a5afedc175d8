"""Minutes signed in order, by the right person, over what is kept; addenda; the package; the day it was due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.minutes.domain.awaited import Memory, awaited
from services.minutes.domain.corrections import RequestCorrection
from services.minutes.domain.flags import RaiseMinutesFlag
from services.minutes.domain.known import Ground, Known
from services.minutes.domain.opinions import NoteSpeech
from services.minutes.domain.package import PublishPackage
from services.minutes.domain.remembered import Outcome, PaperSigned, SignatureKept, WantedCorrection
from services.minutes.domain.signatures import CountersignMinutes, SignMinutes
from shared.events.afterwards import CorrectionAccepted, CorrectionRequested, PackagePublished
from shared.events.branch import MemberTransferred
from shared.events.envelope import Fact
from shared.events.files import KeptFile
from shared.events.signatures import (
    MinutesCorrected,
    MinutesCountersigned,
    MinutesSigned,
    PackageSignaturesNoted,
    SignedBy,
    SigningFlagCleared,
    SigningFlagRaised,
    SigningRole,
)
from shared.signing import MinutesStatement, SignerRole, key_id, verifies
from shared.signing_keys import Keyring, PublishedKey
from tests.given_when_then import Scenario
from tests.minutes.october import HELD, KNOWN, MEETING, NOVEMBER, given, made, secret
from tests.sample_branch import CODE, branch

GROUND = Ground(log="local/minutes.k3f9", facts=len(HELD), first=12, last=131, root="0a" * 32)
LATER = GROUND.model_copy(update={"facts": len(HELD) + 2, "last": 140, "root": "0d" * 32})
PAPER = KeptFile(sha256="0b" * 32, size=40_000, media="pdf", pages=3, keysubject=f"branch/{CODE}")
ADDENDUM = PAPER.model_copy(update={"sha256": "0c" * 32, "pages": 1})
RENDERER = "typst 0.15.2+3fa9c2d1"
PRIVATE = {
    name: Ed25519PrivateKey.from_private_bytes(bytes([at]) * 32)
    for at, name in enumerate(("M02", "M04", "local", "clock"))
}
SIGNED_AT = {
    "M04": "2026-10-05T09:40:00.000000Z",
    "M02": "2026-10-05T09:52:00.000000Z",
    "local": "2026-10-05T09:52:01.000000Z",
}
AFTER = "2026-10-05T16:55"
NOVEMBER_THIRD = "2026-11-03T09:00"


def public(name: str) -> str:
    return PRIVATE[name].public_key().public_bytes_raw().hex()


def ring(name: str, **more: Any) -> Keyring:
    key = PublishedKey(
        key_id=key_id(public(name)),
        public_key=public(name),
        since="2026-01-03T00:00:00.000000Z",
        log="local/roster.a1b2",
        index=7,
    )
    return Keyring(owner=name, keys=(key.model_copy(update=more),))


def statement(as_: SignerRole, of: str, **other: Any) -> MinutesStatement:
    values: dict[str, Any] = {
        "purpose": "minutes",
        "branch": CODE,
        "meeting": MEETING,
        "number": "29-BB/CB",
        "log": GROUND.log,
        "history": f"minutes/{MEETING}",
        "facts": GROUND.facts,
        "first": GROUND.first,
        "last": GROUND.last,
        "root": GROUND.root,
        "document": PAPER.sha256,
        "renderer": RENDERER,
        "role": as_,
        "signer": of,
        "key": key_id(public(of)),
        "time": SIGNED_AT[of],
    }
    return MinutesStatement.model_validate(values | other)


def by(name: str, text: str) -> str:
    return PRIVATE[name].sign(text.encode()).hex()


def wish(role: SigningRole, name: str, said: MinutesStatement | None = None, **other: Any) -> SignMinutes:
    said = said or statement(role, name)
    values: dict[str, Any] = {
        "meeting_id": MEETING,
        "member_id": name,
        "role": role,
        "correction_id": said.correction,
        "key_id": said.key,
        "signature": by(name, said.text()),
        "signed_at": said.time,
        "document_sha256": said.document,
        "renderer": said.renderer,
    }
    return SignMinutes.model_validate(values | other)


def signed(
    role: SigningRole, name: str, said: MinutesStatement | None = None, paper: KeptFile = PAPER
) -> MinutesSigned:
    said = said or statement(role, name)
    return MinutesSigned(
        meeting_id=MEETING,
        doc_no="29-BB/CB",
        correction_id=said.correction,
        key_id=said.key,
        statement=said.text(),
        statement_sha256=said.sha256,
        signature=by(name, said.text()),
        signed_at=said.time,
        role=role,
        member_id=name,
        document=paper,
        renderer=RENDERER,
    )


TAKER, CHAIR = signed("minute_taker", "M04"), signed("chair", "M02")
SITE = MinutesCountersigned(
    meeting_id=MEETING,
    doc_no="29-BB/CB",
    key_id=key_id(public("local")),
    statement=statement("site", "local").text(),
    statement_sha256=statement("site", "local").sha256,
    signature=by("local", statement("site", "local").text()),
    signed_at=SIGNED_AT["local"],
    site="local",
    document_sha256=PAPER.sha256,
)


def knowing(name: str, **more: Any) -> Known:
    values: dict[str, Any] = {"ground": GROUND, "signer": ring(name), "files": {PAPER.sha256: PAPER}}
    return replace(KNOWN, **(values | more))


def on(time: str, *facts: Fact, who: str = "M04", **known: Any) -> Scenario:
    return given(*HELD, *facts).at(f"{time}+07:00", actor=who).known(knowing(who, **known))


# ---- who signs, in which order


def test_the_minute_taker_signs_then_the_chair_then_the_site():
    on(AFTER).when(wish("minute_taker", "M04")).then(TAKER)
    on(AFTER, TAKER, who="M02").when(wish("chair", "M02")).then(CHAIR)
    countersign = CountersignMinutes(
        meeting_id=MEETING,
        key_id=SITE.key_id,
        signature=SITE.signature,
        signed_at=SITE.signed_at,
        site="local",
    )
    on(AFTER, TAKER, CHAIR, who="local").when(countersign).then(SITE)
    on(AFTER, TAKER, CHAIR, SITE, who="local").when(countersign).then()
    on(AFTER, TAKER, who="local").when(countersign).refused("sau khi người ghi biên bản và chủ trì đã ký")
    on(AFTER, TAKER, CHAIR, who="local").when(countersign.model_copy(update={"signature": CHAIR.signature})).refused(
        "không khớp"
    )


def test_signing_again_changes_nothing_and_no_other_signature_takes_its_place():
    on(AFTER, TAKER).when(wish("minute_taker", "M04")).then()
    another = wish("minute_taker", "M04", statement("minute_taker", "M04", time="2026-10-05T09:41:00.000000Z"))
    on(AFTER, TAKER).when(another).refused("chữ ký đó được giữ")
    on(AFTER, TAKER).when(another).refused(" on 05/10/2026; that signature is kept.")


def test_the_chair_waits_for_the_minute_taker_unless_the_profile_says_otherwise():
    on(AFTER, who="M02").when(wish("chair", "M02")).refused("Người ghi biên bản ký trước")
    on(AFTER, who="M02", signs_first="chair").when(wish("chair", "M02")).then(CHAIR)
    on(AFTER, signs_first="chair").when(wish("minute_taker", "M04")).refused("Chủ trì ký trước")


@pytest.mark.parametrize(("role", "name"), [("minute_taker", "M02"), ("chair", "M04")])
def test_only_who_held_the_pen_and_who_held_the_chair_sign(role: SigningRole, name: str):
    on(AFTER, TAKER, who=name).when(wish(role, name)).refused("Đồng chí mời đúng người ký")


def test_for_a_chair_who_has_left_the_secretary_signs():
    cell = branch(MemberTransferred(branch=CODE, member_id="M02", to="Chi bộ khác", effective_on=date(2026, 10, 5)))
    on(AFTER, TAKER, who="M02", branch=cell).when(wish("chair", "M02")).refused("là đ/c M01")


def test_R20_minutes_are_signed_once_they_are_adopted_and_the_meeting_has_closed():
    at = f"{AFTER}+07:00"
    not_adopted, not_closed = HELD[:-4], HELD[:-1]
    given(*not_adopted).at(at).known(knowing("M04")).when(wish("minute_taker", "M04")).refused(
        "chưa được chi bộ thông qua"
    )
    given(*not_closed).at(at).known(knowing("M04")).when(wish("minute_taker", "M04")).refused("chưa ghi bế mạc")


# ---- what is signed


@pytest.mark.parametrize(
    "other",
    [
        {"facts": GROUND.facts - 1},
        {"first": GROUND.first + 1},
        {"last": GROUND.last + 1},
        {"root": "0e" * 32},
        {"number": "30-BB/CB"},
        {"meeting": NOVEMBER},
        {"history": f"minutes/{NOVEMBER}"},
        {"log": "local/minutes.zzzz"},
        {"role": "chair"},
        {"signer": "M05"},
        {"time": "2026-10-05T09:39:59.000000Z"},
    ],
)
def test_a_signature_over_anything_else_is_not_kept(other: dict[str, Any]):
    said = statement("minute_taker", "M04", **other)
    signature = by("M04", said.text())
    on(AFTER).when(wish("minute_taker", "M04").model_copy(update={"signature": signature})).refused("không khớp")


def test_a_signature_by_another_key_is_not_kept():
    text = statement("minute_taker", "M04").text()
    on(AFTER).when(wish("minute_taker", "M04", signature=by("M02", text))).refused("không khớp")


@pytest.mark.parametrize(
    "signer",
    [
        None,
        Keyring(owner="M04"),
        ring("M02"),
        ring("M04", locked=True),
        ring("M04", until="2026-10-01T00:00:00.000000Z", ended="replaced"),
    ],
)
def test_only_the_key_in_use_signs(signer: Keyring | None):
    on(AFTER, signer=signer).when(wish("minute_taker", "M04")).refused("không phải khóa ký đang dùng")


def test_only_a_document_that_is_kept_is_signed_and_both_sign_the_same():
    on(AFTER, files={}).when(wish("minute_taker", "M04")).refused("chỉ ký văn bản đã lưu")
    other = wish("chair", "M02", statement("chair", "M02", document=ADDENDUM.sha256))
    on(AFTER, TAKER, who="M02", files={ADDENDUM.sha256: ADDENDUM}).when(other).refused("ký cùng một văn bản")
    newer = wish("chair", "M02", statement("chair", "M02", renderer="typst 0.16.0"))
    on(AFTER, TAKER, who="M02").when(newer).refused("ký cùng một văn bản")


@pytest.mark.parametrize("time", ["2026-10-05T09:00:00.000000Z", "2026-10-05T10:00:01.000000Z"])
def test_nobody_signs_before_the_closing_or_ahead_of_the_clock(time: str):
    early_or_late = wish("minute_taker", "M04", statement("minute_taker", "M04", time=time))
    on(AFTER).when(early_or_late).refused("Giờ ký")
    on(AFTER).when(early_or_late).refused(" on 05/10/2026 and now.")


def test_what_was_kept_can_be_checked_from_the_fact_alone():
    for fact in (TAKER, CHAIR):
        assert verifies(public(fact.member_id), fact.statement, fact.signature)
        assert MinutesStatement.parse(fact.statement).document == fact.document.sha256


# ---- afterwards


def test_R43_signed_minutes_take_no_change_but_a_correction():
    line = NoteSpeech(meeting_id=MEETING, member_id="M05", item=1)
    on(AFTER, TAKER, CHAIR).when(line).refused("Biên bản đã ký nên không sửa được")
    asked = RequestCorrection(
        meeting_id=MEETING,
        correction_id="C1",
        member_id="M07",
        line="O13",
        before=secret("M07", "before", "việc thu").text,
        after=secret("M07", "after", "một phần việc thu").text,
    )
    (fact,) = made(on("2026-10-19T20:15", TAKER, CHAIR), asked)
    assert isinstance(fact, CorrectionRequested)


def granted(*, accepted: bool = True) -> tuple[Fact, ...]:
    requested = CorrectionRequested(
        meeting_id=MEETING,
        correction_id="C1",
        by="M07",
        line="O13",
        before=secret("M07", "before", "việc thu"),
        after=secret("M07", "after", "một phần việc thu"),
        on=date(2026, 10, 19),
    )
    decided = CorrectionAccepted(
        meeting_id=MEETING, correction_id="C1", by="M07", decided_in=NOVEMBER, on=date(2026, 11, 3)
    )
    return (requested, decided) if accepted else (requested,)


def addendum(role: SigningRole, name: str) -> MinutesStatement:
    return statement(
        role,
        name,
        purpose="addendum",
        correction="C1",
        amends=PAPER.sha256,
        document=ADDENDUM.sha256,
        facts=LATER.facts,
        last=LATER.last,
        root=LATER.root,
        time="2026-11-03T01:30:00.000000Z",
    )


def test_R43_a_granted_correction_is_an_addendum_signed_by_both():
    known: dict[str, Any] = {"ground": LATER, "files": {ADDENDUM.sha256: ADDENDUM}}
    first = signed("minute_taker", "M04", addendum("minute_taker", "M04"), ADDENDUM)
    second = signed("chair", "M02", addendum("chair", "M02"), ADDENDUM)
    both = (TAKER, CHAIR, *granted())
    on(NOVEMBER_THIRD, *both, **known).when(wish("minute_taker", "M04", addendum("minute_taker", "M04"))).then(first)
    on(NOVEMBER_THIRD, *both, first, who="M02", **known).when(wish("chair", "M02", addendum("chair", "M02"))).then(
        second,
        MinutesCorrected(
            meeting_id=MEETING,
            doc_no="29-BB/CB",
            correction_id="C1",
            by="M07",
            decided_in=NOVEMBER,
            on=date(2026, 11, 3),
            signed_on=date(2026, 10, 5),
            document_sha256=PAPER.sha256,
            addendum_sha256=ADDENDUM.sha256,
        ),
    )


def test_R43_no_addendum_without_the_cells_word_and_none_to_unsigned_minutes():
    known: dict[str, Any] = {"ground": LATER, "files": {ADDENDUM.sha256: ADDENDUM}}
    asked = wish("minute_taker", "M04", addendum("minute_taker", "M04"))
    on(NOVEMBER_THIRD, TAKER, CHAIR, *granted(accepted=False), **known).when(asked).refused("chưa đồng ý đính chính C1")
    on(NOVEMBER_THIRD, TAKER, *granted(), **known).when(asked).refused("biên bản chưa đủ hai chữ ký")


def test_R43_an_addendum_says_which_signed_minutes_it_goes_with():
    known: dict[str, Any] = {"ground": LATER, "files": {ADDENDUM.sha256: ADDENDUM}}
    said = addendum("minute_taker", "M04").model_copy(update={"amends": "0f" * 32})
    on(NOVEMBER_THIRD, TAKER, CHAIR, *granted(), **known).when(wish("minute_taker", "M04", said)).refused("không khớp")


# ---- the package


@pytest.mark.parametrize("signatures", [(TAKER,), (TAKER, CHAIR)])
def test_R21_the_package_says_whose_signatures_its_minutes_bear(signatures: tuple[MinutesSigned, ...]):
    published, noted = made(on(AFTER, *signatures), PublishPackage(meeting_id=MEETING, targets=("superior",)))
    assert isinstance(published, PackagePublished)
    assert noted == PackageSignaturesNoted(
        meeting_id=MEETING,
        published_at=published.published_at,
        document_sha256=PAPER.sha256,
        signed_by=tuple(SignedBy(role=one.role, member_id=one.member_id, key_id=one.key_id) for one in signatures),
        complete=len(signatures) == 2,
    )


def test_R21_where_nobody_signs_the_package_is_as_it_was():
    assert len(made(on(AFTER), PublishPackage(meeting_id=MEETING, targets=("superior",)))) == 1


# ---- the day on which both should have signed


FLAG = RaiseMinutesFlag(meeting_id=MEETING, flag="not_signed", due_on=date(2026, 10, 7))
RAISED = SigningFlagRaised(
    branch=CODE,
    meeting_id=MEETING,
    flag="not_signed",
    due_on=date(2026, 10, 7),
    rule="R20",
    detected_on=date(2026, 10, 8),
)


def test_a_missing_signature_raises_its_flag_once_and_the_last_signature_clears_it():
    on("2026-10-08T00:00", TAKER, who="clock").when(FLAG).then(RAISED)
    on("2026-10-08T00:00", TAKER, RAISED, who="clock").when(FLAG).then()
    on("2026-10-08T00:00", TAKER, CHAIR, who="clock").when(FLAG).then()
    cleared = SigningFlagCleared(
        branch=CODE,
        meeting_id=MEETING,
        flag="not_signed",
        due_on=date(2026, 10, 7),
        rule="R20",
        cleared_on=date(2026, 10, 9),
    )
    on("2026-10-09T08:00", TAKER, RAISED, who="M02").when(wish("chair", "M02")).then(CHAIR, cleared)


KEPT = SignatureKept(
    role="chair",
    signer="M02",
    key_id=CHAIR.key_id,
    signed_at=CHAIR.signed_at,
    statement=CHAIR.statement,
    signature=CHAIR.signature,
)


def outcome(closed: str) -> Outcome:
    return Outcome(
        meeting_id=MEETING,
        meeting_kind="regular",
        period="2026-10",
        opened_at="2026-10-05T07:00:00.000000Z",
        closed_at=closed,
        published_at=closed,
        reviewed=("2026-09",),
    )


def owed(**memory: Any) -> list[tuple[str | None, date]]:
    values: dict[str, Any] = {
        "outcomes": (outcome("2026-10-05T09:10:00.000000Z"),),
        "signs_since": date(2026, 1, 3),
        "signing_days": {MEETING: 2},
    }
    remembered = Memory(branch=branch(), **(values | memory))
    return [(one.item, one.due_on) for one in awaited(remembered) if one.flag == "not_signed"]


PAPER_SIGNED = PaperSigned(
    meeting_id=MEETING,
    correction_id=None,
    document_sha256=PAPER.sha256,
    keysubject=PAPER.keysubject,
    renderer="typst 1",
    title="Biên bản số 29-BB/CB",
)


def test_both_sign_within_the_cells_days_once_it_has_begun_to_sign():
    assert owed() == [(None, date(2026, 10, 7))]
    assert owed(signs_since=date(2026, 10, 6)) == []
    assert owed(signs_since=None) == []
    assert owed(signing_days={MEETING: 5}) == [(None, date(2026, 10, 10))]
    one = PAPER_SIGNED.model_copy(update={"signed": {"chair": KEPT}})
    assert owed(papers=(one,)) == [(None, date(2026, 10, 7))]
    assert owed(papers=(one.model_copy(update={"signed": {"chair": KEPT, "minute_taker": KEPT}}),)) == []


def test_R43_an_addendum_has_its_day_too():
    wanted = WantedCorrection(
        meeting_id=MEETING,
        correction_id="C1",
        by="M07",
        line="O13",
        on=date(2026, 10, 19),
        asked_at="2026-10-19T13:15:00.000000Z",
        accepted=True,
        decided_in=NOVEMBER,
        decided_on=date(2026, 11, 3),
    )
    done = PAPER_SIGNED.model_copy(update={"signed": {"chair": KEPT, "minute_taker": KEPT}})
    assert owed(corrections=(wanted,), papers=(done,)) == [("C1", date(2026, 11, 5))]
    assert owed(corrections=(wanted.model_copy(update={"accepted": False}),), papers=(done,)) == []

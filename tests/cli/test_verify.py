"""`chibo verify`: what holds, what is missing, and one changed byte anywhere is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.cli import verify
from services.cli.verify import Evidence, Key, Line, Verdict, picture, root_of, verdict
from shared.events.envelope import Fact, encode, leaf
from shared.events.files import KeptFile
from shared.events.sealed import Sealing
from shared.events.signatures import MinutesCountersigned, MinutesSigned
from shared.signing import MinutesStatement, SignerRole, key_id
from shared.store.tree import grow, root
from tests.contracts.making import SampleKeys
from tests.minutes.october import HELD, MEETING
from tests.sample_branch import CODE

LOG = "local/minutes.k3f9"
FIRST = 12
NAMES = ("M04", "M02", "local")
PRIVATE = {name: Ed25519PrivateKey.from_private_bytes(bytes([at]) * 32) for at, name in enumerate(NAMES)}
PAPER = KeptFile(sha256="0b" * 32, size=40_000, media="pdf", pages=3, keysubject=f"branch/{CODE}")
AT = "2026-10-05T09:40:00.000000Z"


def public(name: str) -> str:
    return PRIVATE[name].public_key().public_bytes_raw().hex()


def line(fact: Fact, version: int) -> Line:
    index = FIRST + 2 * version
    id = f"0198c0de-0000-7000-8000-{version:012}"
    return Line(
        index,
        encode(
            fact.model_dump_json(context=Sealing(id, SampleKeys())).encode(),
            id=id,
            type=fact.kind(),
            source="/local/minutes",
            subject=fact.subject(),
            subjectversion=version,
            time=AT,
            recordedtime=AT,
            branch=CODE,
            meeting=MEETING,
            actor="M04",
            actorrole="minute_taker",
            correlationid=id,
            privacy=fact.PRIVACY,
            salt="00" * 16,
        ),
    )


MINUTES = [line(fact, version) for version, fact in enumerate(HELD, 1)]


def statement(role: SignerRole, name: str) -> MinutesStatement:
    return MinutesStatement(
        purpose="minutes",
        branch=CODE,
        meeting=MEETING,
        number="29-BB/CB",
        log=LOG,
        history=f"minutes/{MEETING}",
        facts=len(MINUTES),
        first=MINUTES[0].index,
        last=MINUTES[-1].index,
        root=root(grow(b"", 0, [leaf(one.raw) for one in MINUTES])).hex(),
        document=PAPER.sha256,
        renderer="typst 1",
        role=role,
        signer=name,
        key=key_id(public(name)),
        time=AT,
    )


def signed(role: SignerRole, name: str) -> Fact:
    said = statement(role, name)
    common: dict[str, Any] = {
        "meeting_id": MEETING,
        "doc_no": "29-BB/CB",
        "key_id": said.key,
        "statement": said.text(),
        "statement_sha256": said.sha256,
        "signature": PRIVATE[name].sign(said.text().encode()).hex(),
        "signed_at": AT,
    }
    if role == "site":
        return MinutesCountersigned(**common, site=name, document_sha256=PAPER.sha256)
    return MinutesSigned(**common, role=role, member_id=name, document=PAPER, renderer="typst 1")


SIGNATURES = [
    line(signed("minute_taker", "M04"), len(MINUTES) + 1),
    line(signed("chair", "M02"), len(MINUTES) + 2),
    line(signed("site", "local"), len(MINUTES) + 3),
]
EVIDENCE = Evidence(
    meeting=MEETING,
    log=LOG,
    lines=[*MINUTES, *SIGNATURES],
    keys={key_id(public(name)): Key(name, public(name), "2026-01-03T00:00:00.000000Z", None) for name in PRIVATE},
    documents={PAPER.sha256: PAPER.sha256},
)


def words(found: Verdict) -> str:
    return "\n".join(str(part) for part in picture(found, lambda id: f"Họ Tên {id}"))


def changed(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def with_line(number: int, raw: bytes) -> Evidence:
    lines = list(EVIDENCE.lines)
    lines[number] = Line(lines[number].index, raw)
    return replace(EVIDENCE, lines=lines)


def stands(evidence: Evidence) -> bool:
    """Whether a check lets this pass; what cannot even be read does not."""
    try:
        return verdict(evidence).holds
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def passed_over(numbers: range, step: int = 1) -> list[tuple[int, int]]:
    """Changed bytes of the minutes' facts that were not noticed."""
    return [
        (number, at)
        for number in numbers
        for at in range(0, len(EVIDENCE.lines[number].raw), step)
        if stands(with_line(number, changed(EVIDENCE.lines[number].raw, at)))
    ]


def test_what_was_signed_and_not_changed_holds_and_says_so():
    found = verdict(EVIDENCE)
    assert found.holds
    assert words(found).count("chữ ký đúng, các việc và văn bản không đổi từ khi ký") == 3
    assert "Họ Tên M04 (người ghi biên bản) ký lúc 16:40 05/10/2026" in words(found)
    assert json.loads(json.dumps(found.as_json()))["holds"] is True


def test_one_changed_byte_of_any_fact_of_the_minutes_is_found():
    assert passed_over(range(len(MINUTES)), step=97) == []
    assert passed_over(range(3, 4)) == []


def test_the_search_finds_a_check_that_leaves_one_byte_out(monkeypatch: pytest.MonkeyPatch):
    raw, at = MINUTES[3].raw, MINUTES[3].raw.index(b'"salt":"') + 9

    def careless(given: bytes) -> bytes:
        return leaf(given[:at] + raw[at : at + 1] + given[at + 1 :] if len(given) == len(raw) else given)

    monkeypatch.setattr(verify, "leaf", careless)
    assert passed_over(range(3, 4)) == [(3, at)]


def test_one_changed_byte_of_a_statement_or_a_signature_is_found():
    data = json.loads(SIGNATURES[0].raw)["data"]
    for part in (data["statement"].splitlines()[10], data["signature"], data["statement_sha256"], data["member_id"]):
        raw = SIGNATURES[0].raw
        at = raw.rindex(part.encode())
        for offset in range(len(part)):
            assert not stands(with_line(len(MINUTES), changed(raw, at + offset))), part[offset]


Change = Callable[[Evidence], Evidence]
WRONG: dict[str, tuple[Change, str]] = {
    "a fact left out": (lambda one: replace(one, lines=[*one.lines[:5], *one.lines[6:]]), "không còn đủ"),
    "two facts exchanged": (
        lambda one: replace(
            one,
            lines=[
                Line(one.lines[0].index, one.lines[1].raw),
                Line(one.lines[1].index, one.lines[0].raw),
                *one.lines[2:],
            ],
        ),
        "không còn đủ",
    ),
    "another log": (lambda one: replace(one, log="local/minutes.zzzz"), "không phải sổ này"),
    "another document": (lambda one: replace(one, documents={PAPER.sha256: "0c" * 32}), "khác văn bản đã ký"),
    "no document": (lambda one: replace(one, documents={}), "không đọc được trong kho"),
    "no key": (lambda one: replace(one, keys={}), "khóa ký không phải của người này"),
    "somebody else's key": (
        lambda one: replace(one, keys={id: replace(key, owner="M09") for id, key in one.keys.items()}),
        "khóa ký không phải của người này",
    ),
    "a key exchanged": (
        lambda one: replace(one, keys={id: replace(key, public_key=public("local")) for id, key in one.keys.items()}),
        "khóa ký không phải của người này",
    ),
    "a key that had ended": (
        lambda one: replace(
            one, keys={id: replace(key, until="2026-10-01T00:00:00.000000Z") for id, key in one.keys.items()}
        ),
        "đã thôi dùng",
    ),
    "a key that came later": (
        lambda one: replace(
            one, keys={id: replace(key, since="2026-10-06T00:00:00.000000Z") for id, key in one.keys.items()}
        ),
        "chưa có",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_hold_is_said_in_a_sentence(what: str):
    change, said = WRONG[what]
    found = verdict(change(EVIDENCE))
    assert not found.holds
    assert said in words(found), words(found)


def test_a_missing_signature_is_said():
    found = verdict(replace(EVIDENCE, lines=[*MINUTES, SIGNATURES[0]]))
    assert (found.holds, found.missing) == (False, [(None, "chair")])
    assert "chưa có chữ ký của chủ trì" in words(found)


def test_a_missing_signature_of_the_site_is_said_once_both_have_signed():
    both = replace(EVIDENCE, lines=[*MINUTES, *SIGNATURES[:2]])
    found = verdict(both)
    assert (found.holds, found.missing) == (False, [(None, "site")])
    assert "chưa có chữ ký của nơi lưu biên bản, dù hai người đã ký" in words(found)
    assert found.as_json()["missing"] == [{"correction": None, "role": "site"}]


def test_a_site_that_never_had_a_key_is_not_waited_for():
    people = {id: key for id, key in EVIDENCE.keys.items() if key.owner != "local"}
    assert verdict(replace(EVIDENCE, lines=[*MINUTES, *SIGNATURES[:2]], keys=people)).holds


@pytest.mark.parametrize("size", range(1, 18))
def test_the_root_written_from_the_standard_is_the_logs_own(size: int):
    leaves = [leaf(bytes([at])) for at in range(size)]
    assert root_of(leaves) == root(grow(b"", 0, leaves))

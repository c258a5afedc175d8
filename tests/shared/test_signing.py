"""What is signed and whether it holds: by our own check and by tools that know nothing of this project."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared import signing
from shared.signing import KeyStatement, MinutesStatement, key_id, verifies

SEED = bytes(range(32))
KEY = Ed25519PrivateKey.from_private_bytes(SEED)
PUBLIC = KEY.public_key().public_bytes_raw().hex()
STATEMENT = MinutesStatement(
    purpose="minutes",
    branch="99.001.002.000.011",
    meeting="99.001.002.000.011:2026-10",
    number="29-BB/CB",
    log="local/minutes.k3f9",
    history="minutes/99.001.002.000.011:2026-10",
    facts=57,
    first=12,
    last=131,
    root="0a" * 32,
    document="0b" * 32,
    renderer="typst 1",
    role="minute_taker",
    signer="M04",
    key=key_id(PUBLIC),
    time="2026-10-05T09:40:00.000000Z",
)
WRITTEN = f"""chibo signature 1
for: minutes
branch: 99.001.002.000.011
meeting: 99.001.002.000.011:2026-10
number: 29-BB/CB
log: local/minutes.k3f9
history: minutes/99.001.002.000.011:2026-10
facts: 57
first: 12
last: 131
root: {"0a" * 32}
document: {"0b" * 32}
renderer: typst 1
role: minute_taker
signer: M04
key: {hashlib.sha256(bytes.fromhex(PUBLIC)).hexdigest()[:32]}
time: 2026-10-05T09:40:00.000000Z
"""


def signed(text: str) -> str:
    return KEY.sign(text.encode()).hex()


def flipped(hexadecimal: str, at: int) -> str:
    changed = bytearray.fromhex(hexadecimal)
    changed[at] ^= 1
    return changed.hex()


def wrong_bytes(check: Callable[[str, str, str], bool]) -> list[str]:
    """Where a check takes one changed byte for the right one: in the text, the signature or the key."""
    text = STATEMENT.text()
    signature = signed(text)
    passed = []
    for at in range(len(text)):
        other = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
        passed += [f"text {at}"] if check(PUBLIC, other, signature) else []
    passed += [f"signature {at}" for at in range(64) if check(PUBLIC, text, flipped(signature, at))]
    passed += [f"key {at}" for at in range(32) if check(flipped(PUBLIC, at), text, signature)]
    return passed


# ---- the text


def test_a_statement_is_the_lines_the_specification_shows():
    assert STATEMENT.text() == WRITTEN
    assert MinutesStatement.parse(WRITTEN) == STATEMENT
    assert STATEMENT.sha256 == hashlib.sha256(WRITTEN.encode()).hexdigest()


def test_the_specification_shows_these_lines():
    page = (Path(__file__).parents[2] / "docs" / "signatures.md").read_text(encoding="utf-8")
    assert WRITTEN in page
    assert signed(WRITTEN) in page
    assert PUBLIC in page


def test_an_addendum_names_its_correction_and_what_it_amends():
    addendum = {**STATEMENT.model_dump(), "purpose": "addendum", "correction": "C1", "amends": "0c" * 32}
    text = MinutesStatement.model_validate(addendum).text()
    assert f"root: {'0a' * 32}\ncorrection: C1\namends: {'0c' * 32}\ndocument: " in text
    with pytest.raises(ValueError, match="addendum"):
        MinutesStatement.model_validate({**addendum, "amends": None})
    with pytest.raises(ValueError, match="addendum"):
        MinutesStatement.model_validate({**addendum, "purpose": "minutes"})


@pytest.mark.parametrize(
    "other",
    [
        WRITTEN.replace("chibo signature 1", "chibo signature 2"),
        WRITTEN.replace("\n", "\r\n"),
        WRITTEN.removesuffix("\n"),
        WRITTEN + "\n",
        WRITTEN.replace("facts: 57", "facts: 057"),
        WRITTEN.replace("facts: 57", "facts:  57"),
        WRITTEN.replace("role: minute_taker\nsigner: M04", "signer: M04\nrole: minute_taker"),
        WRITTEN.replace("role: minute_taker", "role: guest"),
        WRITTEN.replace("signer: M04\n", ""),
        WRITTEN.replace("signer: M04\n", "signer: M04\nsigner: M04\n"),
        WRITTEN.replace("typst 1", "typst 1\x07"),
        WRITTEN + "more: 1\n",
        "",
        "Tôi đồng ý.\n",
    ],
)
def test_nothing_but_exactly_these_lines_is_a_statement(other: str):
    with pytest.raises(ValueError, match=r".+"):
        MinutesStatement.parse(other)


def test_a_line_cannot_be_smuggled_into_a_value():
    with pytest.raises(ValueError, match="renderer"):
        MinutesStatement.model_validate({**STATEMENT.model_dump(), "renderer": "typst 1\nrole: chair"})


def test_a_statement_about_a_key_is_no_statement_about_minutes():
    about = KeyStatement(owner="member/99.001.002.000.011/M04", key=PUBLIC)
    assert about.text() == f"chibo key 1\nowner: member/99.001.002.000.011/M04\nkey: {PUBLIC}\n"
    with pytest.raises(ValueError, match=r".+"):
        MinutesStatement.parse(about.text())


# ---- the signature


def test_a_signature_holds_for_its_text_and_its_key():
    assert verifies(PUBLIC, WRITTEN, signed(WRITTEN))
    assert not verifies(PUBLIC, WRITTEN, "00" * 64)


def test_one_changed_byte_anywhere_is_noticed():
    assert wrong_bytes(verifies) == []


def test_the_search_finds_a_check_that_leaves_one_byte_out():
    def careless(public: str, text: str, signature: str) -> bool:
        return signing.verifies(public, text[:40] + STATEMENT.text()[40] + text[41:], signature)

    assert wrong_bytes(careless) == ["text 40"]


def test_a_key_is_named_by_itself():
    assert key_id(PUBLIC) == hashlib.sha256(bytes.fromhex(PUBLIC)).hexdigest()[:32]
    assert key_id(flipped(PUBLIC, 0)) != key_id(PUBLIC)


# ---- without our code


def with_openssl(folder: Path, public: str, text: str, signature: str) -> bool:
    (folder / "statement").write_bytes(text.encode())
    (folder / "signature").write_bytes(bytes.fromhex(signature))
    # RFC 8410: the same twelve bytes stand before every Ed25519 public key.
    (folder / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100" + public))
    # fmt: off
    answer = subprocess.run(
        [
            "openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", "key.der",
            "-in", "statement", "-sigfile", "signature",
        ],
        cwd=folder, capture_output=True, check=False,
    )
    # fmt: on
    return answer.returncode == 0


WITH_NODE = """
const crypto = require('crypto');
const [key, text, signature] = process.argv.slice(1);
const der = Buffer.from('302a300506032b6570032100' + key, 'hex');
const publicKey = crypto.createPublicKey({ key: der, format: 'der', type: 'spki' });
process.exit(crypto.verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'hex')) ? 0 : 1);
"""


def with_node(_folder: Path, public: str, text: str, signature: str) -> bool:
    return subprocess.run(["node", "-e", WITH_NODE, public, text, signature], check=False).returncode == 0


@pytest.mark.parametrize(("tool", "check"), [("openssl", with_openssl), ("node", with_node)])
def test_another_tool_comes_to_the_same_answer(tmp_path: Path, tool: str, check: Any):
    if shutil.which(tool) is None:
        # A newcomer's computer need not have it; where everything must run, CHIBO_NO_SKIPS=1 makes this a failure.
        pytest.skip(f"no {tool} on this computer")
    signature = signed(WRITTEN)
    assert check(tmp_path, PUBLIC, WRITTEN, signature)
    assert not check(tmp_path, PUBLIC, WRITTEN.replace("M04", "M05"), signature)
    assert not check(tmp_path, PUBLIC, WRITTEN, flipped(signature, 63))

"""What is signed, as lines of plain text, and whether a signature holds; written out in docs/signatures.md.

Pure: nobody's key is kept or made here. Whoever has the text, the signature and the public key needs no code of ours.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from shared.events.envelope import BranchCode, Instant, MeetingId, ShortId
from shared.events.signing import KeyId, PublicKey

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
OneLine = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[!-~\u00a0-\ud7ff]+( [!-~\u00a0-\ud7ff]+)*$")
]
"""Words on one line: no control character, no blank at either end, no two blanks together."""
Purpose = Literal["minutes", "addendum"]
SignerRole = Literal["minute_taker", "chair", "site"]

SIGNERS: dict[SignerRole, tuple[str, str]] = {
    "minute_taker": ("người ghi biên bản", "minute-taker"),
    "chair": ("chủ trì", "chair"),
    "site": ("nơi lưu biên bản", "the site that keeps the minutes"),
}


def key_id(public_key: str) -> str:
    """The name of a key, made from the key itself: nobody can put another key under the same name."""
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:32]


class _Lines(BaseModel):
    """A statement: its first line says what kind it is and in which version, each further line one thing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    FIRST: ClassVar[str]

    def text(self) -> str:
        """The statement as it is signed: lines of UTF-8, each ending with one line feed, absent ones left out."""
        said = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return "\n".join([self.FIRST, *(f"{name}: {value}" for name, value in said.items()), ""])

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text().encode()).hexdigest()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a statement back. Raises ValueError for anything but exactly what ``text()`` writes."""
        first, *lines = text.split("\n")
        pairs = [line.partition(": ") for line in lines[:-1]]
        try:
            found = cls.model_validate({name: value for name, _, value in pairs})
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]
            message = f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}"
            raise ValueError(message) from None
        if first != cls.FIRST or found.text() != text:
            message = f"not exactly the lines of “{cls.FIRST}”"
            raise ValueError(message)
        return found


class MinutesStatement(_Lines):
    """What is signed of a meeting: its facts in the minutes' log, the printed document, and by whom as what."""

    FIRST: ClassVar[str] = "chibo signature 1"

    purpose: Purpose = Field(alias="for")
    branch: BranchCode
    meeting: MeetingId
    number: OneLine
    """The number of the minutes: 29-BB/CB."""
    log: OneLine
    """Site, service and epoch whose log holds the facts."""
    history: OneLine
    """The subject of the facts: ``minutes/<meeting>``."""
    facts: Annotated[int, Field(ge=1)]
    """How many facts: versions 1 to this of the history."""
    first: Annotated[int, Field(ge=1)]
    last: Annotated[int, Field(ge=1)]
    """Index of the first and of the last of them in the log."""
    root: Digest
    """The root of the Merkle tree over their leaf hashes, in order (RFC 6962)."""
    correction: ShortId | None = None
    amends: Digest | None = None
    """SHA-256 of the signed minutes that an addendum goes with."""
    document: Digest
    """SHA-256 of the printed document's bytes."""
    renderer: OneLine
    """What made those bytes, with its version."""
    role: SignerRole
    signer: ShortId
    """The member, or the name of the site."""
    key: KeyId
    time: Instant

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    @model_validator(mode="after")
    def _an_addendum_amends(self) -> Self:
        if (self.purpose == "addendum") != (self.correction is not None and self.amends is not None):
            message = "an addendum, and only an addendum, names its correction and what it amends"
            raise ValueError(message)
        return self


class KeyStatement(_Lines):
    """What a new key signs about itself, and the one before it where it is still there."""

    FIRST: ClassVar[str] = "chibo key 1"

    owner: OneLine
    """``member/<branch>/<member>`` or ``site/<site>``."""
    key: PublicKey
    replaces: KeyId | None = None


def verifies(public_key: str, text: str, signature: str) -> bool:
    """Whether this key signed exactly this text (Ed25519, RFC 8032)."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - 6 MB that a service which checks nothing does without
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - the same

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True

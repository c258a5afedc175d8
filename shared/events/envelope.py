"""The envelope every fact travels in: one byte string, stored, hashed, published and served as it is.

The bytes are compact CloudEvents 1.0 JSON in UTF-8 with the attributes always in the same order.
A fact does not contain its index: site, service, epoch and index are its address and come from
the log, the stream's name and the entry id.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from json.encoder import encode_basestring as quoted
from typing import Annotated, Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

LARGEST_FACT = 64 * 1024
"""Bytes; what is larger goes into the file store and the fact carries its hash."""

Privacy = Literal["A", "B", "C"]
Medium = Literal["app", "paper", "telephone"]

Line = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"^[^\x00]*$")]
"""Text as people type it, without NUL."""
MemberId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]
BranchCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}(\.[0-9]{3}){4}$")]
"""The 14-digit organisation code, for example 38.168.053.000.001."""
MeetingId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,80}$")]
ShortId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,80}$")]
Period = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
"""A month, yyyy-mm."""


class Told(NamedTuple):
    """What a sentence may use beside the fact itself."""

    name: Callable[[str], str]
    """Member id → full name; the id itself when the name is not known here."""
    at: datetime
    """When it happened, in Asia/Ho_Chi_Minh."""
    actor: str
    """Full name of who acted."""
    given: Callable[[str], str] | None = None
    """Member id → given name, where the names are known."""

    def again(self, id: str) -> str:
        """How somebody is called whom the sentence has already named in full: by given name, where it is known."""
        return (self.given or self.name)(id)


class Fact(BaseModel):
    """Something that happened, in the words of a branch secretary. Frozen; never edited once published."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    OWNER: ClassVar[str]
    PRIVACY: ClassVar[Privacy] = "B"
    VERSION: ClassVar[int] = 1

    @classmethod
    def kind(cls) -> str:
        """The published type, final for ever: ``chibo.MeetingScheduled.v1``."""
        return f"chibo.{cls.__name__}.v{cls.VERSION}"

    def subject(self) -> str:
        """The history this fact belongs to: ``meeting/<id>``."""
        raise NotImplementedError

    def vi(self, tell: Told) -> str:
        """The fact as one plain Vietnamese sentence."""
        raise NotImplementedError

    def en(self, tell: Told) -> str:
        """The fact as one plain English sentence."""
        raise NotImplementedError


class UnknownFact(BaseModel):
    """A fact of a type this version does not know: kept and counted, never refused."""

    model_config = ConfigDict(frozen=True, extra="allow")


class LogName(NamedTuple):
    """All facts of one service at one site, in one epoch."""

    site: str
    service: str
    epoch: str

    def __str__(self) -> str:
        return f"{self.site}/{self.service}.{self.epoch}"

    @property
    def stream(self) -> str:
        """The Redis copy of this log; the site is the hash tag."""
        return f"chibo:{{{self.site}}}:{self.service}:{self.epoch}"

    @classmethod
    def parse(cls, text: str) -> LogName:
        """Read what ``str()`` wrote. Raises ValueError on anything else."""
        site, _, rest = text.partition("/")
        service, _, epoch = rest.partition(".")
        if not (site and service and epoch):
            raise ValueError(text)
        return cls(site, service, epoch)


F = TypeVar("F", bound=BaseModel, covariant=True)

Instant = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}\.[0-9]{6}Z$")]
"""UTC, RFC 3339, six digits, ``Z``: equal instants are equal strings and sort as text."""


def instant(moment: datetime) -> str:
    """Write an aware datetime the way envelopes carry it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def moment(text: str) -> datetime:
    """Read an instant back as an aware datetime in UTC."""
    return datetime.fromisoformat(text)


class Envelope(BaseModel, Generic[F]):
    """One fact as it is read, its attributes as CloudEvents names them, the fact itself as ``data``."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    specversion: Literal["1.0"] = "1.0"
    id: str
    type: str
    source: str
    subject: str
    subjectversion: int
    time: Instant
    recordedtime: Instant
    branch: str | None = None
    meeting: str | None = None
    actor: str
    actorrole: str
    enteredby: str | None = None
    medium: Medium | None = None
    profile: str | None = None
    correlationid: str
    causationid: str | None = None
    heard: str = ""
    privacy: Privacy
    salt: str
    data: F


class Recorded(Generic[F]):
    """A fact with its envelope, its address and the exact bytes it was stored as."""

    __slots__ = ("envelope", "index", "log", "raw")

    def __init__(self, log: LogName, index: int, raw: bytes, envelope: Envelope[F]) -> None:
        self.log = log
        self.index = index
        self.raw = raw
        self.envelope = envelope

    @property
    def fact(self) -> F:
        return self.envelope.data

    @property
    def id(self) -> str:
        return self.envelope.id

    @property
    def branch(self) -> str | None:
        return self.envelope.branch

    @property
    def meeting(self) -> str | None:
        return self.envelope.meeting

    @property
    def time(self) -> datetime:
        """When it happened (UTC)."""
        return moment(self.envelope.time)

    @property
    def heard(self) -> dict[LogName, int]:
        """The positions its service had heard in other logs when it decided."""
        return parse_heard(self.envelope.heard)

    def __repr__(self) -> str:
        return f"<{self.envelope.type} {self.log}={self.index}>"


class Undecodable(Exception):
    """These bytes are no fact we can read; the message says why."""


def write_heard(positions: dict[LogName, int]) -> str:
    """Positions as the ``heard`` attribute: ``site/roster.k3f9=412 site/scheduler.a1b2=98``, sorted."""
    return " ".join(f"{log}={index}" for log, index in sorted(positions.items()))


def parse_heard(text: str) -> dict[LogName, int]:
    """Read the ``heard`` attribute. Raises ValueError when it is malformed."""
    positions = {}
    for part in text.split():
        log, _, index = part.rpartition("=")
        positions[LogName.parse(log)] = int(index)
    return positions


def leaf(raw: bytes) -> bytes:
    """The Merkle leaf hash of a fact's bytes: SHA-256(0x00 || bytes), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + raw).digest()


_HEAD = re.compile(rb'\{"specversion":"1\.0","id":"[^"\\]{1,64}","type":"([A-Za-z0-9.]{1,120})",')


def kind_of(raw: bytes) -> str:
    """The type of an encoded fact without decoding it. Raises Undecodable when these are not our bytes."""
    head = _HEAD.match(raw)
    if head is None:
        message = "not a fact in the published form"
        raise Undecodable(message)
    return head[1].decode()


@cache
def envelope_model(fact: type[BaseModel]) -> type[Envelope[Any]]:
    """The envelope model of one kind of fact, built on first use."""
    return Envelope[fact]  # type: ignore[valid-type]


def encode(
    data: bytes,
    *,
    id: str,
    type: str,
    source: str,
    subject: str,
    subjectversion: int,
    time: str,
    recordedtime: str,
    branch: str | None = None,
    meeting: str | None = None,
    actor: str,
    actorrole: str,
    enteredby: str | None = None,
    medium: Medium | None = None,
    profile: str | None = None,
    correlationid: str,
    causationid: str | None = None,
    heard: str = "",
    privacy: Privacy,
    salt: str,
) -> bytes:
    """The bytes of a fact: attributes in their published order, absent ones left out, then the fact itself.

    ``time`` is when it happened, ``recordedtime`` when it is being stored, both as ``instant`` writes them. Raises
    ValueError when the result is larger than LARGEST_FACT, UnicodeEncodeError (one of them) when a text holds half a
    character.
    """
    # Written out, since this is done for every fact stored: a model that is made and dumped takes three times as long.
    # Ids, kinds and instants are ours and hold nothing that would have to be escaped.
    in_branch = "" if branch is None else f',"branch":{quoted(branch)}'
    in_meeting = "" if meeting is None else f',"meeting":{quoted(meeting)}'
    entered = "" if enteredby is None else f',"enteredby":{quoted(enteredby)}'
    through = "" if medium is None else f',"medium":{quoted(medium)}'
    under = "" if profile is None else f',"profile":{quoted(profile)}'
    because = "" if causationid is None else f',"causationid":{quoted(causationid)}'
    head = (
        f'{{"specversion":"1.0","id":"{id}","type":"{type}","source":{quoted(source)}'
        f',"subject":{quoted(subject)},"subjectversion":{subjectversion}'
        f',"time":"{time}","recordedtime":"{recordedtime}"{in_branch}{in_meeting}'
        f',"actor":{quoted(actor)},"actorrole":{quoted(actorrole)}{entered}{through}{under}'
        f',"correlationid":{quoted(correlationid)}{because}'
        f',"heard":{quoted(heard)},"privacy":"{privacy}","salt":"{salt}","data":'
    )
    raw = b"%b%b}" % (head.encode(), data)
    if len(raw) > LARGEST_FACT:
        message = f"a fact of {len(raw)} bytes is larger than {LARGEST_FACT}"
        raise ValueError(message)
    return raw


def decode(log: LogName, index: int, raw: bytes, known: Mapping[str, type[Fact]]) -> Recorded[Any]:
    """Read a fact's bytes. A type not in ``known`` gives an UnknownFact.

    Raises Undecodable when the bytes are too large, malformed, or carry an unknown field in a known type.
    """
    return decode_as(log, index, raw, known.get(kind_of(raw), UnknownFact))


def decode_as(log: LogName, index: int, raw: bytes, model: type[BaseModel]) -> Recorded[Any]:
    """Read the bytes of a fact whose type was looked at already. Raises Undecodable as ``decode`` does."""
    if len(raw) > LARGEST_FACT:
        message = f"{len(raw)} bytes are more than a fact may have"
        raise Undecodable(message)
    try:
        envelope = envelope_model(model).model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        message = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise Undecodable(message) from None
    except RecursionError:
        message = "nested too deeply"
        raise Undecodable(message) from None
    return Recorded(log, index, raw, envelope)

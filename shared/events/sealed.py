"""Private text inside a fact: sealed with a key derived for that one field, erasable with the subject's key.

Field key = HKDF-SHA256(subject key, event id || field); AES-256-GCM with event id || field as associated data.
One field can be disclosed by giving its field key (its SHA-256 stands in the value) without opening the person;
destroying the subject key erases every field of that subject and no proof breaks.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from typing import Annotated, Any, Protocol

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    SecretStr,
    SerializationInfo,
    ValidationInfo,
    field_validator,
    model_serializer,
)
from pydantic_core import PydanticCustomError

LONGEST = 8000
"""Characters of one private text."""


def _one_text(text: SecretStr) -> SecretStr:
    plain = text.get_secret_value()
    if not plain:
        raise PydanticCustomError("private_empty", "nothing typed")
    if len(plain) > LONGEST or "\x00" in plain:
        raise PydanticCustomError("private_text", "at most {longest} characters without NUL", {"longest": LONGEST})
    return text


PrivateText = Annotated[SecretStr, AfterValidator(_one_text)]
"""Private text in a command: shown as asterisks wherever it is printed or logged."""


class SubjectKey(BaseModel):
    """The secret key of one subject (a member, or a branch), as roster hands it out."""

    model_config = ConfigDict(frozen=True)
    id: str
    subject: str
    secret: bytes

    def __repr__(self) -> str:
        return f"<key {self.id} of {self.subject}>"

    __str__ = __repr__


class Keys(Protocol):
    """Where a service gets subject keys from; raises KeyError when the key was destroyed or cannot be had."""

    def key(self, subject: str) -> SubjectKey: ...


class Sealed(BaseModel):
    """A sealed value as it stands in a fact."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    subject: str
    field: str
    key: str
    nonce: str
    keysha256: str
    sealed: str


class Secret(BaseModel):
    """Private text on its way into a fact: opaque to ``domain/``, sealed when the decided fact has its id."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, hide_input_in_errors=True)
    subject: str
    field: str
    text: PrivateText

    @field_validator("text", mode="before")
    @classmethod
    def _never_from_outside(cls, text: object, info: ValidationInfo) -> object:
        if info.mode == "json":
            message = "unsealed private text in a fact"
            raise ValueError(message)
        return text

    def __repr__(self) -> str:
        return f"<secret {self.field} of {self.subject}>"

    __str__ = __repr__

    @model_serializer(mode="plain")
    def _seal(self, info: SerializationInfo) -> dict[str, Any]:
        if not isinstance(info.context, Sealing):
            message = "private text leaves memory only sealed"
            raise TypeError(message)
        return info.context.seal(self).model_dump()


def sealed_in(part: object) -> Iterator[Sealed]:
    """Every sealed value inside a fact."""
    if isinstance(part, Sealed):
        yield part
    elif isinstance(part, BaseModel):
        for field in type(part).model_fields:
            yield from sealed_in(getattr(part, field))
    elif isinstance(part, tuple):
        for one in part:
            yield from sealed_in(one)


Private = Sealed | Secret
"""The type of a private field: a Secret while a command is decided, a Sealed in every stored fact."""


class Sealing:
    """Serialisation context that seals the secrets of one fact, and of the next when it is given that one's id."""

    def __init__(self, event_id: str, keys: Keys) -> None:
        self.event_id = event_id
        self.keys = keys
        self.failed: Exception | None = None
        """Why a key could not be had: the serialiser hides it."""

    def seal(self, secret: Secret) -> Sealed:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - 6 MB that a service which seals nothing does without

        try:
            key = self.keys.key(secret.subject)
        except Exception as error:
            self.failed = error
            raise
        field_key = derive(key.secret, self.event_id, secret.field)
        nonce = os.urandom(12)
        bound = f"{self.event_id}|{secret.field}".encode()
        ciphertext = AESGCM(field_key).encrypt(nonce, secret.text.get_secret_value().encode(), bound)
        return Sealed(
            subject=secret.subject,
            field=secret.field,
            key=key.id,
            nonce=base64.b64encode(nonce).decode(),
            keysha256=hashlib.sha256(field_key).hexdigest(),
            sealed=base64.b64encode(ciphertext).decode(),
        )


def derive(subject_key: bytes, event_id: str, field: str) -> bytes:
    """The key of one field of one fact (RFC 5869)."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - as in seal
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - the same

    info = f"{event_id}|{field}".encode()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(subject_key)


def open_sealed(event_id: str, value: Private, keys: Keys) -> str | None:
    """The text of a sealed value, or None when its key was destroyed.

    Raises ValueError when the value was moved from another fact or field, or was changed.
    """
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as in seal
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - the same

    if isinstance(value, Secret):
        return value.text.get_secret_value()
    try:
        key = keys.key(value.subject)
    except KeyError:
        return None
    if key.id != value.key:
        return None
    field_key = derive(key.secret, event_id, value.field)
    bound = f"{event_id}|{value.field}".encode()
    try:
        text = AESGCM(field_key).decrypt(base64.b64decode(value.nonce), base64.b64decode(value.sealed), bound)
    except InvalidTag:
        message = "this sealed value does not belong to this fact, or was changed"
        raise ValueError(message) from None
    return text.decode()

"""Files that facts name: attachments, and old minutes digitised from paper, page by page."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.events.envelope import Line

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
FileKind = Literal["pdf", "jpeg", "tiff", "docx", "xlsx"]


class KeptFile(BaseModel):
    """A file as a fact names it: by the hash of its bytes, under the subject whose key opens it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    sha256: Sha256
    size: Annotated[int, Field(ge=1)]
    media: FileKind
    pages: Annotated[int, Field(ge=1)]
    keysubject: Line
    """Destroying this subject's key makes the file unreadable for ever."""

"""Every file that facts name, read to its end by the service that keeps it: what is missing, what was altered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.text import Text

from services.cli.meetings import READER, branches
from services.cli.voice import voice
from shared.events.wording import many

if TYPE_CHECKING:
    from rich.console import RenderableType

    from services.cli.site import Site

KEEPS = "minutes"
"""The service that keeps files."""
_ERASED = "erased"


@dataclass
class Files:
    """What was found of a site's files."""

    looked: int = 0
    hurt: list[dict[str, Any]] = field(default_factory=list)
    """Each with its branch; those whose key was destroyed by a decision among them."""

    @property
    def whole(self) -> bool:
        """Nothing is missing or altered that should be there."""
        return all(one["what"] == _ERASED for one in self.hurt)

    def as_json(self) -> dict[str, Any]:
        return {"whole": self.whole, "looked": self.looked, "hurt": self.hurt}


def looked_over(site: Site) -> Files:
    """Every file of every branch, a few at a time."""
    found = Files()
    for branch in branches(site):
        behind: str | None = None
        while True:
            answer = site[KEEPS].get(f"/branches/{branch}/damaged-files", actor=READER, behind=behind)
            found.looked += answer["looked"]
            found.hurt += [{"branch": branch, **one} for one in answer["hurt"]]
            behind = answer["next"]
            if behind is None:
                break
    return found


def picture(found: Files) -> list[RenderableType]:
    """A sentence for each file that cannot be shown, and what was looked at."""
    erased = sum(one["what"] == _ERASED for one in found.hurt)
    wrong = len(found.hurt) - erased
    looked = many(found.looked, "file")
    vi = (
        f"Đã đọc đến hết {found.looked} tệp có sự kiện nêu tên: {wrong} tệp hỏng hoặc thiếu, {erased} tệp đã hủy khóa "
        "theo quyết định."
    )
    en = (
        f"Read to the end {looked} that facts name: {wrong} damaged or missing, {erased} whose key was destroyed by a "
        "decision."
    )
    said = [(f"{one['branch']}: {one['vi']}", f"{one['branch']}: {one['en']}") for one in found.hurt]
    return [Text(line) for both in (*said, (vi, en)) for line in voice.choose(*both)]

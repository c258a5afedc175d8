"""What of a meeting was signed by whom: the minutes themselves, and each addendum to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from shared.events.signatures import MinutesCountersigned, MinutesSigned, SigningRole

BOTH: tuple[SigningRole, SigningRole] = ("minute_taker", "chair")


@dataclass(frozen=True)
class Signed:
    """The signatures under one paper."""

    by_role: Mapping[SigningRole, MinutesSigned] = field(default_factory=dict)
    site: MinutesCountersigned | None = None

    @property
    def complete(self) -> bool:
        """Both have signed."""
        return len(self.by_role) == len(BOTH)

    @property
    def paper(self) -> MinutesSigned:
        """The first signature: it says which document all the others are under."""
        return next(iter(self.by_role.values()))


Papers = Mapping[str | None, Signed]
"""By correction; None: the minutes themselves."""


def with_signature(papers: Papers, fact: MinutesSigned | MinutesCountersigned) -> Papers:
    """The same after one more signature."""
    before = papers.get(fact.correction_id, Signed())
    if isinstance(fact, MinutesCountersigned):
        after = replace(before, site=fact)
    else:
        after = replace(before, by_role={**before.by_role, fact.role: fact})
    return {**papers, fact.correction_id: after}

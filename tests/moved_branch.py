"""The sample branch placed under a commune of another code in mid-October 2026, and that commune's own rules."""

from __future__ import annotations

from datetime import date

from shared.events.hub import RuleProfilePublished
from shared.events.organisation import OrganisationKind, OrganisationRegistered, OrganisationReparented
from tests.published_rules import TEXTS, published
from tests.sample_branch import CODE

ROOT, OVER, BEFORE = "99.000.000.000.000", "99.001.000.000.000", "99.001.002.000.000"
COMMUNE = "99.005.000.000.000"
MOVES_ON = date(2026, 10, 15)


def _registered(code: str, kind: OrganisationKind, superior: str | None) -> OrganisationRegistered:
    return OrganisationRegistered(
        root=ROOT,
        code=code,
        name=f"Tổ chức mẫu {code}",
        organisation=kind,
        superior=superior,
        decision_no="01-QĐ/TU",
        effective_on=date(2020, 1, 1),
    )


STANDS = (
    _registered(ROOT, "province", None),
    _registered(OVER, "superior", ROOT),
    _registered(BEFORE, "grassroots", OVER),
    _registered(COMMUNE, "superior", ROOT),
    _registered(CODE, "branch", BEFORE),
)
MOVES = OrganisationReparented(
    root=ROOT, code=CODE, from_superior=BEFORE, superior=COMMUNE, decision_no="15-QĐ/TU", effective_on=MOVES_ON
)


def of_the_commune(file: str, *changes: tuple[str, str], id: str = "commune") -> RuleProfilePublished:
    """Shipped rules as the commune published its own, for itself and what stands under it."""
    before, _, after = TEXTS[file].partition('\nid = "')
    text = before + f'\nid = "{id}"\nscope = "99.005"' + after[after.index('"') + 1 :]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return published(text)

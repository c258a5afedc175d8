"""How a cell is made up: from how many full members on it elects a committee."""

from __future__ import annotations

from typing import Literal

from shared.rules.profile import Number, RuleProfile


class OrganisationProfile(RuleProfile):
    """What the Party Charter says about the make-up of a cell."""

    subject: Literal["organisation"]
    members_least: Number
    """Fewer full members than this make no cell of their own."""
    committee_from: Number
    """Full members from which a cell elects a committee; below, a secretary, and a deputy where needed."""

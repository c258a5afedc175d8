"""The rules ranking chooses from: as the hub published them, and those that come with chibo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared import heard_rules
from shared.rules import Profile, RuleBook, shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.store.views import ViewReader


def rules(reader: ViewReader, branch: str) -> RuleBook:
    """The rules published for the branch and the organisations above it, and those that come with chibo."""
    return _with_shipped(heard_rules.book(heard_rules.heard(reader, "rules", branch)).profiles)


def every_rule(reader: ViewReader) -> RuleBook:
    """Every rule published at this site, for looking at many branches at once."""
    found = [heard for code in reader.branches("rules") for heard in reader.scan("rules", code)]
    return _with_shipped(heard_rules.book(found).profiles)


def _with_shipped(published: Sequence[Profile]) -> RuleBook:
    known = {profile.ref for profile in published}
    return RuleBook((*published, *(profile for profile in shipped().profiles if profile.ref not in known)))

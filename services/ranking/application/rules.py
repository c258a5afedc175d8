"""The rules ranking chooses from: as the hub published them, and those that come with chibo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared import heard_rules, heard_tree
from shared.rules import RuleBook, choose, ladder

if TYPE_CHECKING:
    from datetime import date

    from shared.store.views import ViewReader


def rules(reader: ViewReader, branch: str) -> RuleBook:
    """The rules published for the branch and the organisations above it, and those that come with chibo."""
    return heard_rules.rules(reader, branch)


def every_rule(reader: ViewReader) -> RuleBook:
    """Every rule published at this site, with the whole tree, for looking at many branches in one reading."""
    return heard_rules.beside_shipped(
        heard_rules.heard(reader, reader.branches(heard_rules.VIEW)), heard_tree.tree(reader)
    )


class Chooser:
    """Chooses for many branches from the same rules; those under the same organisations with rules choose alike."""

    def __init__(self, book: RuleBook) -> None:
        self._book = book
        self._scopes = {profile.scope for profile in book.profiles}
        self._chosen: dict[tuple[str, date, tuple[str, ...]], str | None] = {}

    def ref(self, subject: str, day: date, branch: str) -> str | None:
        """What would be chosen for a branch by that day; None where there is nothing."""
        chain = self._book.tree.chain(branch, day)
        key = (subject, day, tuple(scope for scope in ladder(chain) if scope in self._scopes))
        if key not in self._chosen:
            found = choose(self._book.profiles, subject, day, chain)
            self._chosen[key] = found.ref if found is not None else None
        return self._chosen[key]

"""What roster knows beside the history it decides on, and its nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.roster.domain.branch import BRANCH
from services.roster.domain.honour import HONOUR
from services.roster.domain.known import Known
from services.roster.domain.locality import LOCALITY
from services.roster.domain.member import MEMBER
from services.roster.domain.signing import SIGNING, SITE_KEYS
from services.roster.domain.tree import TREE
from shared.decision import Command, Noun
from shared.working_days import shipped_holidays

if TYPE_CHECKING:
    from shared.store.views import ViewReader


NOUNS: tuple[Noun[Any, Any], ...] = (TREE, BRANCH, MEMBER, LOCALITY, HONOUR, SIGNING, SITE_KEYS)


def known(reader: ViewReader, branch: str, command: Command) -> Known:  # noqa: ARG001 - every service is asked alike
    """What roster knows beside the history it decides on."""
    return Known(branch=reader.get("branch", branch, ""), holidays=shipped_holidays())

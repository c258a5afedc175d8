"""What roster knows beside the history it decides on, and its nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.roster.domain.branch import BRANCH
from services.roster.domain.commands import AdoptCharter
from services.roster.domain.honour import HONOUR
from services.roster.domain.known import Known
from services.roster.domain.locality import LOCALITY
from services.roster.domain.member import MEMBER, FlagMember
from services.roster.domain.remark import ReceiveRemark
from services.roster.domain.signing import SIGNING, SITE_KEYS
from services.roster.domain.transfer import IntroduceMember, StartTransfer
from services.roster.domain.tree import TREE
from shared import heard_rules
from shared.decision import Command, Noun
from shared.rules import shipped
from shared.working_days import shipped_holidays

if TYPE_CHECKING:
    from shared.store.views import ViewReader


NOUNS: tuple[Noun[Any, Any], ...] = (TREE, BRANCH, MEMBER, LOCALITY, HONOUR, SIGNING, SITE_KEYS)
BY_RULES = AdoptCharter | StartTransfer | IntroduceMember | ReceiveRemark | FlagMember
"""What is decided by rules; for everything else nothing published is looked up."""


def known(reader: ViewReader, branch: str, command: Command) -> Known:
    """What roster knows beside the history it decides on."""
    rules = heard_rules.rules(reader, branch) if isinstance(command, BY_RULES) else shipped()
    return Known(branch=reader.get("branch", branch, ""), rules=rules, holidays=shipped_holidays())

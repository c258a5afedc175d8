"""Rule profiles as the hub publishes them, for tests of those who hear them."""

from __future__ import annotations

from services.hub.domain.known import Known
from services.hub.domain.rules import RULES, PublishRuleProfile
from shared.events.hub import RuleProfilePublished
from shared.rules import EVERYWHERE, code_of, read, shipped_texts
from tests.given_when_then import scenario

TEXTS = dict(shipped_texts())


def published(toml: str) -> RuleProfilePublished:
    """The fact the hub says when it publishes this text."""
    under = code_of(read("this.toml", toml).scope) or EVERYWHERE
    given = scenario(RULES, Known(), actor="operator", role="operator").at("2026-09-26T08:00:00+07:00", branch=under)
    (fact,) = RULES.decide(given.state(), PublishRuleProfile(file_name="this.toml", toml=toml), given.asked)
    assert isinstance(fact, RuleProfilePublished)
    return fact


def local_meeting(days: int, *, from_on: str = "2026-01-01") -> RuleProfilePublished:
    """Meeting rules of the sample branch's grassroots organisation, with its own days for materials."""
    text = TEXTS["hd42.toml"]
    text = text.replace('id = "hd42"', 'id = "local-meeting"\nscope = "99.001.002"').replace("2025-10-28", from_on)
    before, found, after = text.partition("[materials_days]")
    return published(before + found + after.replace("value = 1", f"value = {days}", 1))

"""Anything asked about keys for signing: one at a time, none comes back, two persons for a lost PIN."""

from __future__ import annotations

from services.roster.domain.known import Known
from services.roster.domain.signing import (
    SIGNING,
    SITE_KEYS,
    ApproveKeyReplacement,
    EnrolSigningKey,
    LockSigningKey,
    PublishSiteKey,
    ReplaceSigningKey,
    WithdrawSigningKey,
)
from shared.decision import Command
from shared.events.envelope import Fact
from shared.events.signing import SigningKeyEnrolled, SigningKeyReplaced, SiteKeyPublished
from tests.any_history import AnyHistory, Pools, quick
from tests.roster.test_signing import NEW, OLD, OTHER, OWNER
from tests.sample_branch import branch

KEYS = (OLD, NEW, OTHER)
POOLS: Pools = {
    "member_id": ["M04"],
    "site": ["local"],
    "public_key": [key.public for key in KEYS],
    "key_id": [key.id for key in KEYS],
    "replaces": [key.id for key in KEYS],
    "proof": [OLD.says(OWNER), NEW.says("site/local")],
    "endorsement": [OLD.says(OWNER, NEW, OLD)],
}


class AnySigning(AnyHistory):
    """One member's keys."""

    noun = SIGNING
    pools = POOLS
    actors = ("M04", "M01", "F01", "operator")
    prepared = (
        *(EnrolSigningKey(member_id="M04", public_key=key.public, proof=key.says(OWNER)) for key in KEYS),
        *(ApproveKeyReplacement(member_id="M04", key_id=key.id) for key in KEYS),
        *(LockSigningKey(member_id="M04", key_id=key.id, tries=8) for key in KEYS),
        *(WithdrawSigningKey(member_id="M04", key_id=key.id, because="own_wish") for key in KEYS),
        *(
            ReplaceSigningKey(
                member_id="M04", public_key=new.public, proof=new.says(OWNER, replaces=old), replaces=old.id,
                because=because, endorsement=old.says(OWNER, new, old) if because == "renewed" else None,
            )
            for old in KEYS for new in KEYS if new is not old for because in ("renewed", "lost_pin")
        ),
    )  # fmt: skip

    def known(self) -> Known:
        return Known(branch=branch())

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        made = [fact.key_id for fact in self.facts if isinstance(fact, SigningKeyEnrolled | SigningKeyReplaced)]
        assert len(made) == len(set(made)), "a key that was put aside does not come back"
        assert self.state.active in {None, *made[-1:]}
        for fact in facts:
            if isinstance(fact, SigningKeyReplaced) and fact.because == "lost_pin":
                assert len(set(fact.approved_by)) == 2
                assert "M04" not in fact.approved_by


class AnySiteKeys(AnyHistory):
    """The site's keys."""

    noun = SITE_KEYS
    pools = POOLS
    actors = ("service:roster", "operator")
    prepared = (
        *(PublishSiteKey(site="local", public_key=key.public, proof=key.says("site/local")) for key in KEYS),
        *(
            PublishSiteKey(
                site="local", public_key=new.public, proof=new.says("site/local", replaces=old), replaces=old.id,
                endorsement=old.says("site/local", new, old),
            )
            for old in KEYS for new in KEYS if new is not old
        ),
    )  # fmt: skip

    def known(self) -> Known:
        return Known()

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        said = [fact for fact in self.facts if isinstance(fact, SiteKeyPublished)]
        assert [fact.replaces for fact in said] == [None, *(fact.key_id for fact in said)][: len(said)], "one chain"
        assert len({fact.key_id for fact in said}) == len(said)


TestAnySigning = quick(AnySigning)
TestAnySiteKeys = quick(AnySiteKeys)

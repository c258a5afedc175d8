"""Keys for signing: who makes one, who must agree to another, when one ends; and the site's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

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
from shared.branch import Branch
from shared.events.branch import MemberTransferred
from shared.events.signing import (
    SigningKeyEnrolled,
    SigningKeyLocked,
    SigningKeyReplaced,
    SigningKeyReplacementApproved,
    SigningKeyWithdrawn,
    SiteKeyPublished,
)
from shared.signing import KeyStatement, key_id
from tests.given_when_then import Scenario, scenario
from tests.sample_branch import CODE, branch

CELL = branch()
given = scenario(SIGNING, Known(branch=CELL), actor="M04", role="member")
site = scenario(SITE_KEYS, Known(), actor="service:roster", role="service")


class Key:
    """A pair of keys made from one byte."""

    def __init__(self, byte: int) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(bytes([byte]) * 32)
        self.public = self.private.public_key().public_bytes_raw().hex()
        self.id = key_id(self.public)

    def says(self, owner: str, about: Key | None = None, replaces: Key | None = None) -> str:
        text = KeyStatement(owner=owner, key=(about or self).public, replaces=replaces.id if replaces else None).text()
        return self.private.sign(text.encode()).hex()


OLD, NEW, OTHER = Key(1), Key(2), Key(3)
OWNER = f"member/{CODE}/M04"
OF: dict[str, Any] = {"branch": CODE, "member_id": "M04"}
ENROL = EnrolSigningKey(member_id="M04", public_key=OLD.public, proof=OLD.says(OWNER))
ENROLLED = SigningKeyEnrolled(**OF, key_id=OLD.id, public_key=OLD.public, proof=OLD.says(OWNER))
APPROVE = ApproveKeyReplacement(member_id="M04", key_id=OLD.id)
LOST = ReplaceSigningKey(
    member_id="M04",
    public_key=NEW.public,
    proof=NEW.says(OWNER, replaces=OLD),
    replaces=OLD.id,
    because="lost_pin",
)
RENEW = LOST.model_copy(update={"because": "renewed", "endorsement": OLD.says(OWNER, NEW, OLD)})
LOCKED = SigningKeyLocked(**OF, key_id=OLD.id, tries=8)


def approved(by: str, standing: Any) -> SigningKeyReplacementApproved:
    return SigningKeyReplacementApproved(**OF, key_id=OLD.id, because="lost_pin", by=by, standing=standing)


def replaced(command: ReplaceSigningKey, *approved_by: str) -> SigningKeyReplaced:
    return SigningKeyReplaced(
        **OF,
        key_id=NEW.id,
        public_key=NEW.public,
        proof=command.proof,
        replaces=OLD.id,
        because=command.because,
        approved_by=approved_by,
        endorsement=command.endorsement,
    )


def by(actor: str, *facts: Any, cell: Branch | None = CELL) -> Scenario:
    return given(*facts).known(Known(branch=cell)).at("2026-10-05T08:00+07:00", actor=actor)


# ---- making one


def test_a_member_makes_a_key_and_proves_to_hold_it():
    given().when(ENROL).then(ENROLLED)
    given(ENROLLED).when(ENROL).then()


@pytest.mark.parametrize(
    "proof", [OTHER.says(OWNER, OLD), OLD.says(f"member/{CODE}/M05"), OLD.says(OWNER, replaces=NEW), "00" * 64]
)
def test_nobody_enrols_a_key_that_is_not_theirs(proof: str):
    given().when(ENROL.model_copy(update={"proof": proof})).refused("không phải của khóa mới này")


def test_a_second_key_needs_the_old_pin_or_two_persons():
    second = EnrolSigningKey(member_id="M04", public_key=NEW.public, proof=NEW.says(OWNER))
    given(ENROLLED).when(second).refused("đã có khóa ký")


def test_only_somebody_on_the_list_has_a_key():
    stranger = EnrolSigningKey(member_id="M99", public_key=OLD.public, proof=OLD.says(f"member/{CODE}/M99"))
    given().when(stranger).refused("M99")
    by("M04", cell=None).when(ENROL).refused("không lập khóa ký được")


# ---- a lost PIN: secretary and superior


def test_a_lost_pin_is_a_new_key_on_the_word_of_secretary_and_superior():
    by("M01", ENROLLED).when(APPROVE).then(approved("M01", "secretary"))
    by("F01", ENROLLED, approved("M01", "secretary")).when(APPROVE).then(approved("F01", "superior"))
    agreed = (approved("M01", "secretary"), approved("F01", "superior"))
    by("M04", ENROLLED, *agreed).when(LOST).then(replaced(LOST, "M01", "F01"))
    by("M04", ENROLLED, *agreed, replaced(LOST, "M01", "F01")).when(LOST).then()


def test_agreeing_twice_says_nothing_new():
    by("M01", ENROLLED, approved("M01", "secretary")).when(APPROVE).then()


@pytest.mark.parametrize(
    ("so_far", "missing"),
    [
        ((), "bí thư và cấp ủy cấp trên"),
        ((approved("M01", "secretary"),), "còn thiếu cấp ủy cấp trên"),
        ((approved("F01", "superior"),), "còn thiếu bí thư"),
    ],
)
def test_one_person_is_not_enough(so_far: tuple[Any, ...], missing: str):
    by("M04", ENROLLED, *so_far).when(LOST).refused(missing)


def test_nobody_agrees_to_replace_the_own_key():
    of_secretary = {**OF, "member_id": "M01"}
    enrolled = SigningKeyEnrolled(**of_secretary, key_id=OLD.id, public_key=OLD.public, proof=OLD.says(OWNER))
    wish = ApproveKeyReplacement(member_id="M01", key_id=OLD.id)
    by("M01", enrolled).when(wish).refused("Không ai tự đồng ý")
    by("M02", enrolled).when(wish).then(
        SigningKeyReplacementApproved(**of_secretary, key_id=OLD.id, because="lost_pin", by="M02", standing="secretary")
    )


def test_who_runs_the_site_speaks_for_the_superior_only_where_nobody_follows_the_branch():
    by("operator", ENROLLED).when(APPROVE).refused("F01")
    alone = CELL.model_copy(update={"follower": None})
    by("operator", ENROLLED, cell=alone).when(APPROVE).then(approved("operator", "superior"))


def test_what_was_agreed_about_one_key_does_not_hold_for_the_next():
    agreed = (approved("M01", "secretary"), approved("F01", "superior"))
    again = ReplaceSigningKey(
        member_id="M04",
        public_key=OTHER.public,
        proof=OTHER.says(OWNER, replaces=NEW),
        replaces=NEW.id,
        because="lost_pin",
    )
    by("M04", ENROLLED, *agreed, replaced(LOST, "M01", "F01")).when(again).refused("cần hai người")
    by("M01", ENROLLED, *agreed, replaced(LOST, "M01", "F01")).when(APPROVE).refused("không phải khóa ký đang dùng")


# ---- renewing, locking, withdrawing


def test_with_the_old_pin_the_old_key_vouches_for_the_new():
    given(ENROLLED).when(RENEW).then(replaced(RENEW))


@pytest.mark.parametrize("endorsement", [None, NEW.says(OWNER, replaces=OLD), OLD.says(OWNER, OTHER, OLD)])
def test_without_the_old_keys_word_nothing_is_renewed(endorsement: str | None):
    given(ENROLLED).when(RENEW.model_copy(update={"endorsement": endorsement})).refused("khóa cũ xác nhận")


def test_a_locked_key_vouches_for_nothing():
    given(ENROLLED, LOCKED).when(RENEW).refused("khóa cũ xác nhận")


def test_a_key_is_locked_once_for_all_to_see():
    lock = LockSigningKey(member_id="M04", key_id=OLD.id, tries=8)
    given(ENROLLED).when(lock).then(LOCKED)
    given(ENROLLED, LOCKED).when(lock).then()
    given(ENROLLED, replaced(RENEW)).when(lock).then()


def test_whoever_left_has_the_key_withdrawn_that_day_and_nobody_else():
    withdraw = WithdrawSigningKey(member_id="M04", key_id=OLD.id, because="left")
    by("clock", ENROLLED).when(withdraw).refused("vẫn ở trong danh sách")
    gone = branch(MemberTransferred(**OF, to="Chi bộ khác", effective_on=date(2026, 10, 5)))
    withdrawn = SigningKeyWithdrawn(**OF, key_id=OLD.id, because="left", effective_on=date(2026, 10, 5))
    by("clock", ENROLLED, cell=gone).when(withdraw).then(withdrawn)
    by("clock", ENROLLED, withdrawn, cell=gone).when(withdraw).then()
    by("M04", ENROLLED, withdrawn, cell=gone).when(LOST).refused("không lập khóa ký được")


def test_a_key_that_ended_does_not_come_back():
    withdrawn = SigningKeyWithdrawn(**OF, key_id=OLD.id, because="own_wish", effective_on=date(2026, 9, 26))
    given(ENROLLED).when(WithdrawSigningKey(member_id="M04", key_id=OLD.id, because="own_wish")).then(withdrawn)
    given(ENROLLED, withdrawn).when(ENROL).refused("đã thôi dùng")
    new = EnrolSigningKey(member_id="M04", public_key=NEW.public, proof=NEW.says(OWNER))
    given(ENROLLED, withdrawn).when(new).then(
        SigningKeyEnrolled(**OF, key_id=NEW.id, public_key=NEW.public, proof=NEW.says(OWNER))
    )


# ---- the site


FIRST = PublishSiteKey(site="local", public_key=OLD.public, proof=OLD.says("site/local"))
PUBLISHED = SiteKeyPublished(site="local", key_id=OLD.id, public_key=OLD.public, proof=OLD.says("site/local"))
SECOND = PublishSiteKey(
    site="local",
    public_key=NEW.public,
    proof=NEW.says("site/local", replaces=OLD),
    replaces=OLD.id,
    endorsement=OLD.says("site/local", NEW, OLD),
)


def test_the_site_publishes_its_key_once_and_the_old_one_vouches_for_the_next():
    site().when(FIRST).then(PUBLISHED)
    site(PUBLISHED).when(FIRST).then()
    next_key = SiteKeyPublished(
        site="local",
        key_id=NEW.id,
        public_key=NEW.public,
        proof=SECOND.proof,
        replaces=OLD.id,
        endorsement=SECOND.endorsement,
    )
    site(PUBLISHED).when(SECOND).then(next_key)


def test_no_other_key_slips_in_for_the_sites():
    site(PUBLISHED).when(SECOND.model_copy(update={"endorsement": None})).refused("chưa xác nhận khóa mới")
    site(PUBLISHED).when(SECOND.model_copy(update={"endorsement": "00" * 64})).refused("chưa xác nhận khóa mới")
    site(PUBLISHED).when(SECOND.model_copy(update={"proof": OTHER.says("site/local")})).refused("không phải của khóa")
    unrelated = PublishSiteKey(site="local", public_key=NEW.public, proof=NEW.says("site/local"))
    site(PUBLISHED).when(unrelated).refused("phải nối tiếp")


def test_where_the_store_of_keys_is_lost_the_operator_says_so_and_the_fact_shows_it():
    bare = SECOND.model_copy(update={"endorsement": None})
    asked = replace(site, asked=site.asked._replace(actor="operator"))
    fact = SiteKeyPublished(site="local", key_id=NEW.id, public_key=NEW.public, proof=bare.proof, replaces=OLD.id)
    asked(PUBLISHED).when(bare).then(fact)

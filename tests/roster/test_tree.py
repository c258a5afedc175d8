"""The tree of organisations as of any day: registered, moved, merged, split, dissolved."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.roster.domain.known import Known
from services.roster.domain.tree import (
    TREE,
    DissolveOrganisation,
    Forest,
    MergeOrganisations,
    RegisterOrganisation,
    ReparentOrganisation,
    SplitOrganisation,
)
from shared.decision import Refused
from shared.events.organisation import (
    OrganisationDissolved,
    OrganisationRegistered,
    OrganisationReparented,
    OrganisationsMerged,
    OrganisationSplit,
)
from shared.organisation import Tree, superior_by_code
from tests.given_when_then import scenario

ROOT = "99.000.000.000.000"
OVER = "99.001.000.000.000"
BASE, OTHER = "99.001.002.000.000", "99.001.003.000.000"
PART = "99.001.002.001.000"
CELL, SECOND, THIRD = "99.001.002.001.011", "99.001.002.001.012", "99.001.002.000.013"
BEGUN, MOVED = date(2025, 7, 1), date(2026, 9, 30)
given = scenario(TREE, Known(), actor="operator", role="operator").at("2026-10-05T08:00+07:00", branch=ROOT)


def registered(code: str, kind: str, superior: str | None, **changes: Any) -> OrganisationRegistered:
    fields: dict[str, Any] = {
        "root": ROOT,
        "code": code,
        "name": f"Tổ chức {code[3:]}",
        "organisation": kind,
        "superior": superior,
        "decision_no": "01-QĐ/TU",
        "effective_on": BEGUN,
    }
    return OrganisationRegistered(**fields | changes)


STANDING = (
    registered(ROOT, "province", None),
    registered(OVER, "superior", ROOT),
    registered(BASE, "grassroots", OVER),
    registered(OTHER, "grassroots", OVER),
    registered(PART, "sub_committee", BASE),
    registered(CELL, "branch", PART),
    registered(SECOND, "branch", PART),
    registered(THIRD, "branch", BASE),
)
LATER: dict[str, Any] = {"decision_no": "70-QĐ/ĐU", "effective_on": MOVED}


def tree(*facts: Any) -> Tree:
    forest: Forest = given(*facts).state()
    return forest.tree


def test_an_organisation_is_registered_under_its_superior():
    fact = STANDING[5]
    command = RegisterOrganisation(
        code=CELL, name=fact.name, organisation="branch", superior=PART, decision_no="01-QĐ/TU", effective_on=BEGUN
    )
    given(*STANDING[:5]).when(command).then(fact)
    given(*STANDING).when(command).then()
    given(*STANDING).when(command.model_copy(update={"name": "Chi bộ khác"})).refused("đã dùng cho Tổ chức")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "99.001.002.002.000"}, "không phải mã của chi bộ"),
        ({"code": "38.001.002.001.011"}, "không phải mã của chi bộ"),
        ({"superior": "99.009.000.000.000"}, "không có tổ chức mã 99.009"),
        ({"superior": None}, "không có tổ chức mã (trống)"),
        ({"superior": ROOT}, "nên không trực thuộc"),
        ({"effective_on": date(2025, 6, 30)}, "không có tổ chức mã"),
    ],
)
def test_what_cannot_stand_in_the_tree_is_refused(changes: dict[str, Any], words: str):
    command = RegisterOrganisation(
        code=CELL, name="Chi bộ", organisation="branch", superior=PART, decision_no="01-QĐ/TU", effective_on=BEGUN
    )
    given(*STANDING[:5]).when(command.model_copy(update=changes)).refused(words)


def test_the_tree_is_entered_for_the_province():
    command = DissolveOrganisation(code=CELL, **LATER)
    given(*STANDING).at("2026-10-05T08:00+07:00", branch=CELL).when(command).refused(f"mã {ROOT}")


def test_intermediate_committees_are_dissolved_and_their_cells_held_directly():
    moves = tuple(
        OrganisationReparented(root=ROOT, code=code, from_superior=PART, superior=BASE, **LATER)
        for code in (CELL, SECOND)
    )
    given(*STANDING).when(DissolveOrganisation(code=PART, **LATER)).refused("còn 2 tổ chức trực thuộc")
    given(*STANDING).when(ReparentOrganisation(code=CELL, superior=BASE, **LATER)).then(moves[0])
    given(*STANDING, moves[0]).when(ReparentOrganisation(code=CELL, superior=BASE, **LATER)).then()
    gone = OrganisationDissolved(root=ROOT, code=PART, **LATER)
    given(*STANDING, *moves).when(DissolveOrganisation(code=PART, **LATER)).then(gone)
    given(*STANDING, *moves, gone).when(DissolveOrganisation(code=PART, **LATER)).then()
    after = tree(*STANDING, *moves, gone)
    assert after.chain(CELL, date(2026, 9, 29)) == (CELL, PART, BASE, OVER, ROOT)
    assert after.chain(CELL, MOVED) == (CELL, BASE, OVER, ROOT)
    assert after.children(BASE, date(2026, 9, 29)) == (THIRD, PART)
    assert after.children(BASE, MOVED) == (THIRD, CELL, SECOND)


def test_what_is_to_stand_under_it_later_keeps_an_organisation_from_being_dissolved():
    alone = registered("99.001.004.000.000", "grassroots", OVER)
    coming = OrganisationReparented(
        root=ROOT,
        code=THIRD,
        from_superior=BASE,
        superior=alone.code,
        decision_no="71-QĐ/TU",
        effective_on=date(2026, 12, 1),
    )
    dissolve = DissolveOrganisation(code=alone.code, **LATER)
    given(*STANDING, alone, coming).when(dissolve).refused("còn 1 tổ chức trực thuộc")
    given(*STANDING, alone).when(dissolve).then(OrganisationDissolved(root=ROOT, code=alone.code, **LATER))


DAYS = st.dates(date(2025, 7, 1), date(2027, 12, 31))
CODES = st.sampled_from([BASE, OTHER, PART, CELL, SECOND, THIRD, "99.001.002.002.000", "99.001.003.000.001"])
DECIDED = {"decision_no": st.just("70-QĐ/TU"), "effective_on": DAYS}
WISHES = st.one_of(
    st.builds(
        RegisterOrganisation,
        code=CODES,
        name=st.just("Tổ chức"),
        organisation=st.sampled_from(["grassroots", "sub_committee", "branch"]),
        superior=CODES,
        **DECIDED,
    ),
    st.builds(ReparentOrganisation, code=CODES, superior=CODES, **DECIDED),
    st.builds(MergeOrganisations, merged=st.tuples(CODES), into=CODES, **DECIDED),
    st.builds(SplitOrganisation, code=CODES, into=st.tuples(CODES), continues=st.booleans(), **DECIDED),
    st.builds(DissolveOrganisation, code=CODES, **DECIDED),
)


@given_any(st.lists(WISHES, max_size=12), DAYS)
@settings(max_examples=150, deadline=None)
def test_whatever_is_decided_every_way_up_ends_at_the_province_and_said_again_changes_nothing(
    wishes: list[Any], day: date
):
    facts: tuple[Any, ...] = STANDING
    for wish in wishes:
        try:
            said = given(*facts).when(wish)._decide()
        except Refused:
            continue
        facts = (*facts, *said)
        assert given(*facts).when(wish)._decide() == ()
    now = tree(*facts)
    for code, unit in now.units.items():
        if not unit.stands_on(day):
            continue
        assert now.chain(code, day)[-1] == ROOT
        assert len(set(now.chain(code, day))) == len(now.chain(code, day)) <= 5


def test_what_stood_under_a_merged_organisation_stands_under_the_one_it_lives_on_in():
    merged = OrganisationsMerged(root=ROOT, merged=(BASE,), into=OTHER, **LATER)
    command = MergeOrganisations(merged=(BASE,), into=OTHER, **LATER)
    given(*STANDING).when(command).then(merged)
    given(*STANDING, merged).when(command).then()
    after = tree(*STANDING, merged)
    assert after.grassroots_org(CELL, date(2026, 9, 29)) == BASE
    assert after.grassroots_org(CELL, MOVED) == OTHER
    assert after.unit(BASE, MOVED) is None
    given(*STANDING, merged).when(ReparentOrganisation(code=BASE, superior=OVER, **LATER)).refused("không có tổ chức")
    given(*STANDING).when(MergeOrganisations(merged=(CELL,), into=OTHER, **LATER)).refused("cùng loại")
    given(*STANDING).when(MergeOrganisations(merged=(CELL,), into=CELL, **LATER)).refused("cùng loại")


def test_a_split_gives_new_organisations_and_the_old_one_may_go_on():
    new = registered("99.001.002.001.021", "branch", PART, effective_on=MOVED)
    ends = SplitOrganisation(code=CELL, into=(new.code, SECOND), **LATER)
    split = OrganisationSplit(root=ROOT, code=CELL, into=(new.code, SECOND), continues=False, **LATER)
    given(*STANDING, new).when(ends).then(split)
    given(*STANDING, new, split).when(ends).then()
    assert tree(*STANDING, new, split).unit(CELL, MOVED) is None
    beside = SplitOrganisation(code=CELL, into=(new.code,), continues=True, **LATER)
    goes_on = OrganisationSplit(root=ROOT, code=CELL, into=(new.code,), continues=True, **LATER)
    given(*STANDING, new).when(beside).then(goes_on)
    assert tree(*STANDING, new, goes_on).unit(CELL, MOVED) is not None
    given(*STANDING).when(ends).refused(f"không có tổ chức mã {new.code}")
    given(*STANDING, registered("99.001.004.000.000", "grassroots", OVER)).when(
        SplitOrganisation(code=BASE, into=("99.001.004.000.000",), **LATER)
    ).refused("còn 2 tổ chức trực thuộc")


def test_the_quota_scope_of_a_branch_right_under_a_superior_is_the_branch():
    own = registered("99.001.000.000.005", "branch", OVER)
    assert tree(*STANDING, own).grassroots_org(own.code, MOVED) == own.code


def test_a_branch_the_tree_does_not_know_is_placed_by_its_code():
    assert tree().chain("99.001.002.000.011", MOVED) == ("99.001.002.000.011", BASE, OVER, ROOT)
    assert tree().grassroots_org("99.001.002.000.011", MOVED) == BASE
    assert superior_by_code(CELL) == PART
    assert superior_by_code(ROOT) is None


def test_before_an_organisation_was_registered_its_code_places_it():
    moved = registered("99.001.002.000.012", "branch", OTHER, effective_on=MOVED)
    now = tree(*STANDING, moved)
    assert now.chain(moved.code, MOVED)[1] == OTHER
    assert now.chain(moved.code, date(2026, 9, 29)) == (moved.code, BASE, OVER, ROOT)


def test_everyone_that_ever_stood_above_is_known_by_the_code_by_placing_and_by_merger():
    merged = OrganisationsMerged(root=ROOT, merged=(BASE,), into=OTHER, **LATER)
    assert tree().ever(CELL) == (CELL, PART, BASE, OVER, ROOT)
    assert set(tree(*STANDING, merged).ever(CELL)) == {CELL, PART, BASE, OTHER, OVER, ROOT}

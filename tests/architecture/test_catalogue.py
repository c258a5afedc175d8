"""EVENTS.md says what the code says: each fact, its owner, who hears it, what it means, its fields."""

from inspect import getdoc
from pathlib import Path
from types import SimpleNamespace

import pytest

from shared import events
from shared.events import catalogue
from shared.events.branch import BranchDissolved, RosterImported
from shared.events.catalogue import fields, hearers, page
from shared.events.minutes import VoteHeld
from shared.events.restored import EVERY
from shared.settings import SERVICES

PROJECT = Path(__file__).parents[2]


def test_the_catalogue_is_current():
    assert (PROJECT / "EVENTS.md").read_text(encoding="utf-8") == page(hearers()), (
        "run: python -m shared.events.catalogue > EVENTS.md"
    )


def test_every_fact_has_an_owner_a_meaning_and_a_line():
    told = page({})
    for fact in events.ALL.values():
        assert fact.OWNER in (*SERVICES, EVERY)
        assert getdoc(fact), fact
        assert getdoc(fact) != getdoc(fact.__mro__[1]), f"{fact.__name__} has no sentence of its own"
        assert told.count(f"| **{fact.__name__}** | {fact.OWNER} |") == 1


def test_every_fact_that_is_heard_exists():
    assert set(hearers()) <= set(events.ALL.values())


def test_nobody_decides_upon_its_own_facts():
    assert [fact for fact, by in hearers().items() if by.get(fact.OWNER) == "decides"] == []


def test_a_new_hearer_makes_the_page_another():
    assert page({BranchDissolved: {"hub": "decides"}}) != page({})
    assert "| **BranchDissolved** | roster | hub (decides) |" in page({BranchDissolved: {"hub": "decides"}})


def test_an_owner_is_not_named_among_those_who_hear():
    assert page({BranchDissolved: {"roster": "shows"}}) == page({})


def test_tables_of_services_are_read_where_there_are_such_rooms(monkeypatch: pytest.MonkeyPatch):
    rooms = {
        "services": SimpleNamespace(__path__=[str(PROJECT / "services")]),
        "services.minutes.projections": SimpleNamespace(VIEWS=[SimpleNamespace(hears={RosterImported, VoteHeld})]),
        "services.minutes.handlers": SimpleNamespace(HEARS={RosterImported: None}),
    }
    monkeypatch.setattr(catalogue, "import_module", rooms.__getitem__)
    monkeypatch.setattr(catalogue, "find_spec", rooms.get)
    assert hearers() == {RosterImported: {"minutes": "decides"}, VoteHeld: {"minutes": "shows"}}


def test_fields_are_told_in_words():
    assert fields(BranchDissolved) == "branch: text, decision_no: text, effective_on: day"
    assert "told_apart: list of (text, text)" in fields(RosterImported)
    assert "given: sealed text" in fields(RosterImported)
    assert "since?: day" in fields(RosterImported)
    assert "for: number" in fields(VoteHeld)

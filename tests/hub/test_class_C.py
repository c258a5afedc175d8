"""What the hub keeps of a branch holds no sealed word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.hub.projections import VIEWS
from shared import events
from shared.events.envelope import LogName, Recorded, decode
from shared.store.views import View

SAMPLES = Path(__file__).parents[1] / "contracts"
LOG = LogName("local", "any", "a1b2")
KEPT_BESIDE = {"branch"}
"""The branch as everybody folds it: ids only, names stand in roster's facts."""


def sample(kind: str) -> Recorded[Any]:
    return decode(LOG, 1, (SAMPLES / f"{kind}.json").read_bytes(), events.ALL)


def documents(view: View[Any]) -> list[str]:
    """What a view makes of one sample of every fact it hears, as it would be stored."""
    heard = [sample(fact.kind()) for fact in view.hears]
    folded = [_folded(view, heard, key) for key in {key for recorded in heard for key in view.key(recorded)}]
    return [document.model_dump_json() for document in folded if document is not None]


def _folded(view: View[Any], heard: list[Recorded[Any]], key: str) -> Any:
    document = None
    for recorded in heard:
        document = view.step(document, recorded, key)
    return document


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_R34_no_read_model_of_the_hub_hears_or_keeps_a_class_C_field(view: View[Any]) -> None:
    if view.name not in KEPT_BESIDE:
        assert {fact.__name__ for fact in view.hears if fact.PRIVACY == "C"} == set()
    for document in documents(view):
        assert "keysha256" not in document


def test_R34_a_sealed_field_would_be_seen() -> None:
    """The look itself: a fact with a sealed field shows it when it is kept whole."""
    assert '"keysha256"' in sample("chibo.OpinionRecorded.v1").fact.model_dump_json()

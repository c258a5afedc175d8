"""What was published once can be read for ever: one frozen sample of every kind of fact.

A missing sample is written by ``CHIBO_WRITE_SAMPLES=1 pytest tests/contracts``; one that exists is never written anew.
A new shape of a fact is a new version with a sample of its own.
"""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from shared import events
from shared.days import VIETNAM
from shared.events.envelope import (
    Envelope,
    Fact,
    LogName,
    Recorded,
    Told,
    Undecodable,
    UnknownFact,
    decode,
    encode,
    kind_of,
    leaf,
)
from shared.events.sealed import Sealed, open_sealed
from tests.contracts.making import SampleKeys, sample

HERE = Path(__file__).parent
KINDS = sorted(events.ALL)
LOG = LogName("local", "any", "a1b2")
TOLD = Told(
    name=lambda id: f"Họ Tên {id}",
    at=datetime(2026, 10, 5, 7, tzinfo=UTC).astimezone(VIETNAM),
    actor="Tôn Nữ Quỳnh Dao",
)


def path_of(kind: str) -> Path:
    return HERE / f"{kind}.json"


def raw_of(kind: str) -> bytes:
    return path_of(kind).read_bytes()


def published(kind: str) -> Recorded[Any]:
    return decode(LOG, 1, raw_of(kind), events.ALL)


def attributes_of(recorded: Recorded[Any]) -> dict[str, Any]:
    return recorded.envelope.model_dump(exclude={"specversion", "data"})


def sealed_in(value: Any) -> Iterator[Sealed]:
    if isinstance(value, Sealed):
        yield value
    elif isinstance(value, BaseModel):
        for part in value.__dict__.values():
            yield from sealed_in(part)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from sealed_in(part)


def test_every_kind_has_a_frozen_sample():
    for kind in KINDS:
        if os.environ.get("CHIBO_WRITE_SAMPLES") == "1" and not path_of(kind).exists():
            path_of(kind).write_bytes(sample(kind, events.ALL[kind]))
        assert path_of(kind).is_file(), f"no sample of {kind}; CHIBO_WRITE_SAMPLES=1 writes it"


def test_every_sample_is_of_a_kind_that_still_exists():
    assert {path.name.removesuffix(".json") for path in HERE.glob("*.json")} - set(KINDS) == set()


def test_no_kind_is_published_by_two_facts():
    facts = [fact for facts in events.NOUNS.values() for fact in facts]
    assert len({fact.kind() for fact in facts}) == len(facts) == len(events.ALL)


def test_a_sample_loads_and_is_what_it_says():
    for kind in KINDS:
        recorded = published(kind)
        fact, envelope = recorded.fact, recorded.envelope
        assert type(fact) is events.ALL[kind], kind
        assert kind_of(raw_of(kind)) == envelope.type == kind == fact.kind(), kind
        assert envelope.subject == fact.subject(), kind
        assert envelope.meeting == getattr(fact, "meeting_id", None), kind
        assert envelope.branch == getattr(fact, "branch", envelope.branch), kind
        assert envelope.privacy == fact.PRIVACY, kind
        assert envelope.source == f"/local/{fact.OWNER}", kind


def test_a_sample_encodes_to_the_same_bytes():
    for kind in KINDS:
        recorded = published(kind)
        again = encode(recorded.fact.model_dump_json().encode(), **attributes_of(recorded))
        assert again == raw_of(kind), kind
        assert leaf(again) == leaf(raw_of(kind)), kind


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SOMETIMES = st.none() | TEXTS


@given(
    st.fixed_dictionaries(
        {
            "subject": TEXTS,
            "branch": SOMETIMES,
            "meeting": SOMETIMES,
            "actor": TEXTS,
            "actorrole": TEXTS,
            "enteredby": SOMETIMES,
            "profile": SOMETIMES,
            "causationid": SOMETIMES,
            "heard": TEXTS,
        }
    )
)
def test_whatever_stands_in_an_attribute_it_is_written_as_the_envelope_that_reads_it_would_be(said: dict[str, Any]):
    kind = "chibo.BranchDissolved.v1"
    recorded = published(kind)
    raw = encode(recorded.fact.model_dump_json().encode(), **(attributes_of(recorded) | said))
    envelope = decode(LOG, 1, raw, events.ALL).envelope
    assert envelope.model_dump_json(exclude_none=True).encode() == raw
    assert {name: getattr(envelope, name) for name in said} == said


def test_what_is_written_has_the_attributes_that_are_read():
    _, *written = inspect.signature(encode).parameters
    assert ["specversion", *written, "data"] == list(Envelope.model_fields)


def test_a_sample_is_one_line_of_compact_json_with_our_attributes_in_order():
    for kind in KINDS:
        raw = raw_of(kind)
        assert b"\n" not in raw, kind
        read = json.loads(raw)
        assert json.dumps(read, ensure_ascii=False, separators=(",", ":")).encode() == raw, kind
        order = list(Envelope.model_fields)
        assert list(read) == [name for name in order if name in read], kind
        assert all(name.isalnum() and name.islower() for name in read), kind


def test_a_sample_has_a_sentence_in_both_languages():
    for kind in KINDS:
        fact = published(kind).fact
        for told in (fact.vi(TOLD), fact.en(TOLD)):
            assert told.strip() == told, kind
            assert told.endswith((".", ")", "»")), kind
            assert "None" not in told, kind
            assert type(fact).__name__ not in told, kind
            assert not set("{}<>_") & set(told), kind
        assert fact.vi(TOLD) != fact.en(TOLD), kind


def test_what_is_private_in_a_sample_is_sealed_under_a_persons_or_the_branchs_key():
    for kind in KINDS:
        recorded = published(kind)
        for value in sealed_in(recorded.fact):
            text = open_sealed(recorded.id, value, SampleKeys())
            assert text is not None, kind
            assert text.startswith("Kín "), kind
            assert text.encode() not in raw_of(kind), kind


def test_an_unknown_field_makes_a_fact_undecodable():
    for kind in KINDS:
        more = raw_of(kind).removesuffix(b"}}") + b',"surprise":1}}'
        with pytest.raises(Undecodable, match="surprise"):
            decode(LOG, 1, more, events.ALL)


def test_no_fact_holds_a_fraction_that_rounds():
    def floats(value: Any) -> list[float]:
        if isinstance(value, float):
            return [value]
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [one for part in parts for one in floats(part)]

    assert {kind: found for kind in KINDS if (found := floats(json.loads(raw_of(kind))))} == {}


def test_an_unknown_kind_is_kept():
    raw = raw_of(KINDS[0]).replace(KINDS[0].encode(), b"chibo.RainFell.v1")
    recorded = decode(LOG, 1, raw, events.ALL)
    assert isinstance(recorded.fact, UnknownFact)
    assert recorded.envelope.type == "chibo.RainFell.v1"


# ---- the checks catch what they are for


class Changed(Fact):
    """Somebody added a field to what had been published."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    OWNER = "roster"
    branch: str
    decision_no: str
    effective_on: str
    reason: str | None = None


def test_a_field_added_to_a_published_kind_is_noticed():
    kind = "chibo.BranchDissolved.v1"
    recorded = decode(LOG, 1, raw_of(kind), {kind: Changed})
    assert encode(recorded.fact.model_dump_json().encode(), **attributes_of(recorded)) != raw_of(kind)


def test_a_sample_has_a_different_value_in_every_field():
    data = json.loads(raw_of("chibo.BranchDissolved.v1"))["data"]
    assert len(set(data.values())) == len(data)

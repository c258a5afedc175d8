"""The order of a replay: the same for everybody, and never an effect before its cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.cli.replay import in_order
from services.cli.voice import Failed
from shared.events.envelope import LogName
from shared.replay import Unorderable, as_at, known_by, ordered, within

LOGS = tuple(LogName("local", service, "k3f9") for service in ("roster", "scheduler", "minutes", "ranking"))
ROSTER, SCHEDULER, MINUTES, RANKING = LOGS


@dataclass(frozen=True)
class Note:
    """A fact with nothing in it but its place."""

    log: LogName
    index: int
    recordedtime: str
    heard: Mapping[LogName, int] = field(default_factory=dict, hash=False)

    @property
    def address(self) -> tuple[LogName, int]:
        return self.log, self.index


@dataclass
class World:
    """Services that write facts and hear one another, each with a clock of its own."""

    facts: list[Note] = field(default_factory=list)
    heads: dict[LogName, int] = field(default_factory=lambda: dict.fromkeys(LOGS, 0))
    positions: dict[LogName, dict[LogName, int]] = field(default_factory=lambda: {log: {} for log in LOGS})
    knew: dict[tuple[LogName, int], set[tuple[LogName, int]]] = field(default_factory=dict)
    """What was truly known when a fact was written, followed step by step."""

    def write(self, log: LogName, clock: int) -> None:
        self.heads[log] += 1
        last = max((note.recordedtime for note in self.facts if note.log == log), default="")
        note = Note(log, self.heads[log], max(last, f"2026-10-05T07:{clock:02}:00.000000Z"), dict(self.positions[log]))
        known = {(log, index) for index in range(1, note.index)}
        known |= {(other, index) for other, heard in note.heard.items() for index in range(1, heard + 1)}
        self.knew[note.address] = known.union(*(self.knew[address] for address in known))
        self.facts.append(note)

    def hear(self, log: LogName, other: LogName) -> None:
        if log != other and self.heads[other]:
            self.positions[log][other] = self.heads[other]


@st.composite
def worlds(draw) -> World:
    world = World()
    log = st.sampled_from(LOGS)
    for _ in range(draw(st.integers(1, 40))):
        if draw(st.booleans()):
            world.hear(draw(log), draw(log))
        else:
            world.write(draw(log), draw(st.integers(0, 5)))
    return world


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_is_the_same_from_any_site_of_view(world: World, chance: Random):
    arrived = [*world.facts, *chance.sample(world.facts, k=min(3, len(world.facts)))]
    chance.shuffle(arrived)
    assert ordered(arrived) == ordered(world.facts)
    assert sorted(ordered(arrived), key=lambda note: note.address) == sorted(world.facts, key=lambda note: note.address)


@given(worlds())
def test_no_effect_comes_before_its_cause(world: World):
    place = {note.address: position for position, note in enumerate(ordered(world.facts))}
    for effect, causes in world.knew.items():
        assert all(place[cause] < place[effect] for cause in causes)


@given(worlds(), st.data())
def test_what_is_left_out_does_not_change_the_order_of_what_was_heard(world: World, data: st.DataObject):
    sites = data.draw(st.sets(st.sampled_from(LOGS), max_size=3))
    upto = {log: data.draw(st.integers(0, world.heads[log])) for log in sites}
    seen = set()
    for address in world.knew:
        if address[1] <= upto.get(address[0], 0):
            seen |= {address, *world.knew[address]}
    part = [note for note in world.facts if note.address in seen]
    assert ordered(part) == [note for note in ordered(world.facts) if note.address in seen]


@given(worlds(), st.data())
def test_what_is_known_at_a_fact_is_the_fact_and_all_it_had_heard(world: World, data: st.DataObject):
    assume(world.facts)
    heard = {note.address: note.heard for note in world.facts}
    fact = data.draw(st.sampled_from(world.facts))
    known = known_by(fact.log, fact.index, lambda log, index: heard[log, index])
    assert {note.address for note in within(world.facts, known)} == {fact.address} | world.knew[fact.address]


def test_clocks_that_are_wrong_do_not_turn_cause_and_effect_around():
    cause = Note(MINUTES, 7, "2026-10-05T09:00:00.000000Z")
    effect = Note(RANKING, 3, "2026-10-05T08:00:00.000000Z", {MINUTES: 7})
    assert ordered([effect, cause]) == [cause, effect]


def test_where_neither_had_heard_the_other_time_then_service_then_index_decide():
    early = Note(SCHEDULER, 9, "2026-10-05T07:00:00.000000Z", {ROSTER: 4})
    same = [Note(MINUTES, 4, "2026-10-05T08:00:00.000000Z"), Note(RANKING, 2, "2026-10-05T08:00:00.000000Z")]
    assert ordered([*reversed(same), early]) == [early, *same]


def test_as_at_an_instant_what_was_stored_then_is_seen():
    notes = [Note(MINUTES, 1, "2026-10-05T07:00:00.000000Z"), Note(MINUTES, 2, "2026-10-05T07:25:00.000000Z")]
    assert as_at(notes, "2026-10-05T07:24:59.999999Z") == notes[:1]
    assert as_at(notes, "2026-10-05T07:25:00.000000Z") == notes


def test_facts_that_contradict_one_another_are_refused_with_their_addresses():
    first = Note(MINUTES, 1, "2026-10-05T07:00:00.000000Z", {RANKING: 1})
    second = Note(RANKING, 1, "2026-10-05T07:00:00.000000Z", {MINUTES: 1})
    with pytest.raises(Unorderable, match=r"local/minutes\.k3f9=1, local/ranking\.k3f9=1"):
        ordered([first, second])
    with pytest.raises(Failed, match="contradict one another") as failure:
        in_order([first, second])
    assert (failure.value.code, "local/minutes.k3f9=1" in failure.value.details[0]) == (1, True)

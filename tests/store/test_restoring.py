"""A log copied back and made whole again: the same bytes, the same root, and nothing is carried out twice."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from shared.decision import Refused
from shared.events.envelope import Recorded, instant
from shared.events.restored import LogRestored
from shared.store.asking import Ask
from shared.store.log import Log
from shared.store.restoring import (
    Unfit,
    decided_on,
    former_epochs,
    found_whole,
    has_followed,
    open_epoch,
    take_back,
    tell_whole,
    was_restored,
)
from shared.store.trouble import Raced
from shared.store.writer import Writer
from tests.store.conftest import Place
from tests.store.tally import FACTS, Close, Count, Counted, CountTwice, ask
from tests.store.test_heard import ROSTER, entry, facts, hear, react

SEEN = entry(2, Counted(tally="w", by=5))


class Today:
    """What stood in the log before an old copy was put back."""

    def __init__(self, place: Place) -> None:
        writer = self._writer(place)
        writer.submit(ask(Count(tally="a"))).result(10)
        hear(writer, ROSTER, entry(1, Counted(tally="z")))
        place.close()
        put_back = place.keep()
        self.twice = ask(CountTwice(tally="a", other="b"))
        writer = self._writer(place)
        writer.submit(ask(Count(tally="a"))).result(10)
        place.clock.go(seconds=1)
        hear(writer, ROSTER, SEEN)
        for command in (self.twice, ask(Count(tally="c"))):
            writer.submit(command).result(10)
        self.head, self.facts = self.log.head(), facts(self.log)
        self.raws = [raw for _, raw in self.log.read(2)]
        place.close()
        put_back()

    def _writer(self, place: Place) -> Writer:
        self.log = place.log()
        return place.writer(self.log, place.views(), react=react, hears=FACTS)


@pytest.fixture
def today(place: Place) -> Today:
    return Today(place)


def restored_log(place: Place) -> Log:
    log = place.log()
    return Log(log._store, log.name, FACTS | {LogRestored.kind(): LogRestored})


def test_a_new_epoch_keeps_what_was_kept_and_says_first_what_happened(place, today):
    log = restored_log(place)
    said = LogRestored(service="tallies", ended=log.name.epoch, upto=2, known=6, by="M01", reason="Đĩa hỏng")
    assert former_epochs(log) == {}
    root, old = log.head().root, log.name
    name = open_epoch(log, said, instant(place.clock()))
    place.close()
    log = restored_log(place)
    assert log.name == name != old
    assert log.verify().index == 3
    assert log.root_at(2) == root
    assert log.fact(3).fact == said
    assert log.fact(3).envelope.actor == "M01"
    assert former_epochs(log) == {old.epoch: 2}
    writer = place.writer(log, place.views(), react=react, hears=FACTS)
    assert not writer.submit(today.twice).result(10).already, "lost with the facts, so it is carried out"
    assert log.verify().index == 5


def test_who_still_has_the_old_epoch_open_writes_nothing(place, today):
    log = restored_log(place)
    said = LogRestored(service="tallies", ended=log.name.epoch, upto=2, known=6, by="M01", reason="Đĩa hỏng")
    broken: list[Any] = []
    writer = place.writer(log, place.views(), on_broken=broken.append)
    open_epoch(log, said, instant(place.clock()))
    with pytest.raises(Refused):
        writer.submit(ask(Count(tally="a"))).result(10)
    assert broken
    assert log.verify().index == 3


def test_facts_decided_on_what_was_withdrawn_are_found(place):
    log = place.log()
    writer = place.writer(log, place.views(), react=react, hears=FACTS)
    writer.submit(ask(Count(tally="a"))).result(10)
    for index in range(1, 6):
        hear(writer, ROSTER, entry(index, Counted(tally="a")))
    assert decided_on(log, ROSTER, 5) == []
    assert decided_on(log, ROSTER, 3) == [5, 6]
    goes_on = ROSTER._replace(epoch="other")
    writer.forget(ROSTER)
    for index in range(1, 5):
        hear(writer, goes_on, entry(index, Counted(tally="b"), goes_on))
    writer.submit(ask(Count(tally="a"))).result(10)
    assert log.head().index == 11
    assert decided_on(log, ROSTER, 3) == [5, 6]
    assert decided_on(log, ROSTER, 0) == [2, 3, 4, 5, 6]


def guarded(log: Any) -> Callable[[Recorded[Any]], Sequence[Ask]]:
    return lambda recorded: () if has_followed(log, recorded.id) else react(recorded)


def test_taken_back_it_has_the_same_root_and_answers_as_before(place, today):
    log = place.log()
    assert log.head().index == 2
    assert not was_restored(log)
    assert take_back(log, today.raws, more=False) == len(today.raws)
    assert log.head() == today.head
    assert log.verify().root == today.head.root
    assert was_restored(log)
    writer = place.writer(log, place.views(), react=guarded(log), hears=FACTS)
    again = writer.submit(today.twice).result(10)
    assert again.already
    assert [one.envelope.subject for one in again.facts] == ["tally/a", "tally/b"]
    assert writer.positions() == {ROSTER: 1}, "copied back with the file"
    assert hear(writer, ROSTER, SEEN) == 2
    assert facts(log) == today.facts
    writer.submit(ask(Close(tally="a"))).result(10)
    assert log.verify().index == today.head.index + 1


def test_control_heard_again_without_a_look_it_is_done_twice(place, today):
    log = place.log()
    take_back(log, today.raws, more=False)
    writer = place.writer(log, place.views(), react=react, hears=FACTS)
    hear(writer, ROSTER, SEEN)
    assert len(facts(log)) > len(today.facts)


def test_what_was_stored_at_one_moment_waits_for_the_whole_of_it(place, today):
    log = place.log()
    assert take_back(log, today.raws[:3], more=True) == 1, "the first was stored a second before the others"
    assert take_back(log, today.raws[1:], more=False) == len(today.raws) - 1
    assert log.head() == today.head


class Meanwhile(Sequence[bytes]):
    """Facts to take back; before the second is looked at, another process writes."""

    def __init__(self, raws: Sequence[bytes], write: Callable[[], object]) -> None:
        self.raws, self.write = raws, write

    def __len__(self) -> int:
        return len(self.raws)

    def __getitem__(self, index: Any) -> Any:
        return self.raws[index]

    def __iter__(self) -> Iterator[bytes]:
        yield self.raws[0]
        self.write()
        yield from self.raws[1:]


@pytest.mark.postgres
@pytest.mark.parametrize("earlier", [0, 1])
def test_what_another_process_writes_meanwhile_moves_no_fact_to_another_index(postgres_place, earlier):
    today, log = Today(postgres_place), postgres_place.log()
    postgres_place.clock.go(seconds=-earlier)
    other = postgres_place.writer(postgres_place.log(), postgres_place.views())
    with pytest.raises(Raced):
        take_back(log, Meanwhile(today.raws, lambda: other.submit(ask(Count(tally="q"))).result(10)), more=False)
    assert log.verify().index == 3
    assert log.fact(3).envelope.subject == "tally/q"


def test_every_process_that_writes_it_can_see_that_it_was_found_whole(place):
    log = place.log()
    assert found_whole(log) is None
    for times in (1, 2):
        tell_whole(log)
        assert found_whole(log) == (log.name.epoch, times)
    said = LogRestored(service="tallies", ended=log.name.epoch, upto=0, known=6, by="M01", reason="Đĩa hỏng")
    name = open_epoch(log, said, instant(place.clock()))
    assert found_whole(log) == (name.epoch, 3)
    assert log.verify().index == 1


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raws: raws[1:], "is next"),
        (lambda raws: [raws[0].replace(b'"source":"/site/', b'"source":"/else/')], "source"),
        (lambda _raws: [b"nonsense"], "not a fact"),
        (lambda raws: [raws[0], raws[1].replace(b'"recordedtime":"20', b'"recordedtime":"19')], "recordedtime"),
    ],
)
def test_what_cannot_follow_is_not_stored(place, today, spoil, reason):
    log = place.log()
    with pytest.raises(Unfit, match=reason):
        take_back(log, spoil(today.raws), more=False)
    assert log.verify().index < 4

"""A log copied back and made whole again: the same bytes, the same root, and nothing is carried out twice."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from shared.events.envelope import Recorded
from shared.store.asking import Ask
from shared.store.restoring import Unfit, has_followed, take_back, was_restored
from shared.store.writer import Writer
from tests.store.conftest import Place
from tests.store.tally import FACTS, Close, Count, Counted, CountTwice, ask
from tests.store.test_heard import ROSTER, entry, facts, hear, react

SEEN = entry(2, Counted(tally="w", by=5))


class Today:
    """What stood in the log before an old copy was put back."""

    def __init__(self, place: Place) -> None:
        file = Path(place.log_database.removeprefix("sqlite:///"))
        writer = self._writer(place)
        writer.submit(ask(Count(tally="a"))).result(10)
        hear(writer, ROSTER, entry(1, Counted(tally="z")))
        place.close()
        yesterday = file.read_bytes()
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
        file.write_bytes(yesterday)

    def _writer(self, place: Place) -> Writer:
        self.log = place.log()
        return place.writer(self.log, place.views(), react=react, hears=FACTS)


@pytest.fixture
def today(sqlite_place: Place) -> Today:
    return Today(sqlite_place)


def guarded(log: Any) -> Callable[[Recorded[Any]], Sequence[Ask]]:
    return lambda recorded: () if has_followed(log, recorded.id) else react(recorded)


def test_taken_back_it_has_the_same_root_and_answers_as_before(sqlite_place, today):
    log = sqlite_place.log()
    assert log.head().index == 2
    assert not was_restored(log)
    assert take_back(log, today.raws, more=False) == len(today.raws)
    assert log.head() == today.head
    assert log.verify().root == today.head.root
    assert was_restored(log)
    writer = sqlite_place.writer(log, sqlite_place.views(), react=guarded(log), hears=FACTS)
    again = writer.submit(today.twice).result(10)
    assert again.already
    assert [one.envelope.subject for one in again.facts] == ["tally/a", "tally/b"]
    assert writer.positions() == {ROSTER: 1}, "copied back with the file"
    assert hear(writer, ROSTER, SEEN) == 2
    assert facts(log) == today.facts
    writer.submit(ask(Close(tally="a"))).result(10)
    assert log.verify().index == today.head.index + 1


def test_control_heard_again_without_a_look_it_is_done_twice(sqlite_place, today):
    log = sqlite_place.log()
    take_back(log, today.raws, more=False)
    writer = sqlite_place.writer(log, sqlite_place.views(), react=react, hears=FACTS)
    hear(writer, ROSTER, SEEN)
    assert len(facts(log)) > len(today.facts)


def test_what_was_stored_at_one_moment_waits_for_the_whole_of_it(sqlite_place, today):
    log = sqlite_place.log()
    assert take_back(log, today.raws[:3], more=True) == 1, "the first was stored a second before the others"
    assert take_back(log, today.raws[1:], more=False) == len(today.raws) - 1
    assert log.head() == today.head


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raws: raws[1:], "is next"),
        (lambda raws: [raws[0].replace(b'"source":"/site/', b'"source":"/else/')], "source"),
        (lambda _raws: [b"nonsense"], "not a fact"),
        (lambda raws: [raws[0], raws[1].replace(b'"recordedtime":"20', b'"recordedtime":"19')], "recordedtime"),
    ],
)
def test_what_cannot_follow_is_not_stored(sqlite_place, today, spoil, reason):
    log = sqlite_place.log()
    with pytest.raises(Unfit, match=reason):
        take_back(log, spoil(today.raws), more=False)
    assert log.verify().index < 4

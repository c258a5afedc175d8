"""Sequences nobody wrote: commands, repeats, lost replies, rollbacks, restarts, against a model of ten lines."""

from __future__ import annotations

import tempfile
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from shared.decision import Refused
from shared.events.envelope import leaf
from shared.store.batch import Batch
from shared.store.trouble import StoreAway
from shared.store.writer import Answer, Ask
from tests.store.conftest import Place
from tests.store.tally import BRANCH, FULL, Close, Count, CountTwice, Keep, ask
from tests.store.test_tree import by_the_text
from tests.store.test_writer import together

NAMES = st.sampled_from(["a", "b", "c"])


class Stores(RuleBasedStateMachine):
    """The log and its read models against plain dictionaries."""

    asked: Bundle[Ask] = Bundle("asked")

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        home = Path(self.folder.name)
        self.place = Place(f"sqlite:///{home}/log.db", f"sqlite:///{home}/views.db", None)
        self.totals: dict[str, int] = {}
        self.closed: set[str] = set()
        self.answers: dict[str, list[bytes]] = {}
        self.leaves: list[bytes] = []
        self.start()

    def start(self) -> None:
        self.log = self.place.log()
        self.views = self.place.views()
        self.writer = self.place.writer(self.log, self.views)

    def teardown(self) -> None:
        self.place.close()
        self.folder.cleanup()

    # ------------------------------------------------------------ the model

    def expect(self, given: Ask, future: Future[Answer]) -> None:
        """What must have come of this, were it decided now."""
        error = future.exception(10)
        if given.id in self.answers:
            assert error is None
            assert future.result().already
            assert [recorded.raw for recorded in future.result().facts] == self.answers[given.id]
            return
        code = self.refused(given.command)
        if code is not None:
            assert isinstance(error, Refused)
            assert error.code == code
            return
        assert error is None, error
        facts = future.result().facts
        assert [recorded.index for recorded in facts] == [
            len(self.leaves) + number for number in range(1, len(facts) + 1)
        ]
        self.answers[given.id] = [recorded.raw for recorded in facts]
        self.leaves += [leaf(recorded.raw) for recorded in facts]
        assert len(facts) == self.count(given.command)

    def refused(self, command: Any) -> str | None:
        if command.tally in self.closed and not isinstance(command, Close):
            return "closed"
        if isinstance(command, Count) and self.totals.get(command.tally, 0) + command.by > FULL:
            return "full"
        return None

    def count(self, command: Any) -> int:
        match command:
            case Count(tally=name, by=by):
                self.totals[name] = self.totals.get(name, 0) + by
                return 1
            case CountTwice(tally=name, other=other):
                self.totals[name] = self.totals.get(name, 0) + 1
                self.totals[other] = self.totals.get(other, 0) + 1
                return 2
            case Close(tally=name):
                new = name not in self.closed
                self.closed.add(name)
                return int(new)
            case _:
                return 1

    # ------------------------------------------------------------ what may happen

    @rule(
        target=asked,
        commands=st.lists(
            st.one_of(
                st.builds(Count, tally=NAMES, by=st.integers(1, 60)),
                st.builds(CountTwice, tally=NAMES, other=NAMES),
                st.builds(Close, tally=NAMES),
                st.builds(Keep, tally=NAMES, about=st.just("member/x/M01"), words=st.just("lời riêng")),
            ),
            min_size=1,
            max_size=5,
        ),
    )
    def ask_together(self, commands: list[Any]) -> Any:
        """One batch, each deciding on top of those before it."""
        asks = [ask(command) for command in commands]
        futures = together(self.writer, *asks, gate_refused=True)
        for given, future in zip(asks, futures, strict=True):
            self.expect(given, future)
        return multiple(*asks)

    @rule(given=asked)
    def ask_again(self, given: Ask) -> None:
        self.expect(given, self.writer.submit(given))

    @rule(given=asked, by=st.integers(61, 99))
    def use_an_id_for_something_else(self, given: Ask, by: int) -> None:
        other = ask(Count(tally="a", by=by), id=given.id)
        if given.id in self.answers:
            error = self.writer.submit(other).exception(10)
            assert isinstance(error, Refused)
            assert error.code == "other-body"

    @rule(target=asked, name=NAMES)
    def lose_the_reply(self, name: str) -> Ask:
        """Stored, but nobody was told: the asker sends it again."""
        given = ask(Count(tally=name))
        append = self.log.append

        def stored_and_silent(batch: Batch) -> int:
            append(batch)
            raise StoreAway("mất liên lạc", "the line went dead")

        self.log.append = stored_and_silent  # type: ignore[method-assign]
        lost = self.writer.submit(given).exception(10)
        self.log.append = append  # type: ignore[method-assign]
        assert isinstance(lost, Refused)
        again = self.writer.submit(given)
        if self.refused(given.command) is None:
            answer = again.result(10)
            assert answer.already
            self.answers[given.id] = [recorded.raw for recorded in answer.facts]
            self.leaves += [leaf(recorded.raw) for recorded in answer.facts]
            self.count(given.command)
        else:
            assert isinstance(again.exception(10), Refused)
        return given

    @rule(name=NAMES)
    def roll_back(self, name: str) -> None:
        """Decided, but not stored: it never happened."""
        append = self.log.append

        def not_stored(batch: Batch) -> int:
            raise StoreAway("mất liên lạc", f"the line went dead before {len(batch.facts)} facts")

        self.log.append = not_stored  # type: ignore[method-assign]
        futures = together(
            self.writer, ask(Count(tally=name, by=9)), ask(Close(tally=name)), ask(Close(tally=name)), gate_refused=True
        )
        assert all(isinstance(future.exception(10), Refused) for future in futures)
        self.log.append = append  # type: ignore[method-assign]

    @rule()
    def restart(self) -> None:
        self.place.close()
        self.start()

    @rule()
    def catch_up(self) -> None:
        self.views.catch_up(self.log)

    @rule()
    def rebuild(self) -> None:
        self.views.catch_up(self.log)
        new = self.views.begin_generation()
        new.catch_up(self.log)
        new.switch()

    @rule(seconds=st.floats(0, 1000))
    def time_goes_by(self, seconds: float) -> None:
        self.place.clock.go(seconds=seconds)

    # ------------------------------------------------------------ what must hold

    @invariant()
    def the_log_is_what_was_answered(self) -> None:
        head = self.log.head()
        assert head.index == len(self.leaves)
        assert head.root == by_the_text(self.leaves)
        assert [leaf(recorded.raw) for recorded in self.log.replay()] == self.leaves
        if self.leaves:
            assert self.log.verify().root == head.root

    @invariant()
    def read_models_caught_up_show_the_same_totals(self) -> None:
        if self.views.position(self.log.name) != len(self.leaves):
            return
        with self.views.read() as reader:
            for name, total in self.totals.items():
                document = reader.get("tallies", BRANCH, name)
                if name not in self.closed:
                    assert (document.total if document else 0) == total


class StoresForLong(Stores):
    """The same, for ``make faults``."""


def sequences(count: int, steps: int) -> settings:
    return settings(
        max_examples=count,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


TestStores = Stores.TestCase
TestStores.settings = sequences(40, 25)
TestStoresForLong = pytest.mark.faults(StoresForLong.TestCase)
TestStoresForLong.settings = sequences(1500, 60)

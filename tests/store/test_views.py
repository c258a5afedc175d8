"""Read models: rebuilt from facts, each fact once and in order, bad ones put aside, rebuilt while they serve."""

import asyncio
import threading
import time
from typing import Any

import pytest
from pydantic import BaseModel

from shared.events.envelope import Fact, LogName, Recorded
from shared.store.trouble import Gap, SourceStopped, StoreUnsafe
from shared.store.views import View, Views, open_views
from tests.store.conftest import Place
from tests.store.tally import (
    BRANCH,
    FACTS,
    OTHER,
    TALLIES,
    Count,
    Counted,
    Shown,
    TallyClosed,
    TwoCounted,
    ask,
    heard,
)

ROSTER = LogName("site", "roster", "aaaa2222")
MINUTES = LogName("site", "minutes", "bbbb3333")


def entry(
    index: int, fact: Fact, source: LogName = ROSTER, branch: str | None = BRANCH, *, spoilt: bool = False
) -> tuple[int, bytes]:
    raw = heard(index, fact, source, branch=branch)
    return index, raw.replace(b'"data":{', b'"data":{"extra":1,') if spoilt else raw


def shown(views: Views, branch: str = BRANCH) -> dict[str, int]:
    with views.read() as reader:
        return {f"t{number}": document.total for number, document in enumerate(reader.scan("tallies", branch))}


def total(views: Views, tally: str, branch: str = BRANCH) -> int | None:
    with views.read() as reader:
        document = reader.get("tallies", branch, tally)
        return document.total if document else None


def test_facts_become_documents_and_the_position_moves_with_them(views):
    applied = views.apply(ROSTER, [entry(1, Counted(tally="a", by=2)), entry(2, Counted(tally="a", by=3))])
    assert (applied.position, applied.applied, applied.parked, applied.unknown) == (2, 2, 0, 0)
    views.apply(ROSTER, [entry(3, Counted(tally="b"), branch=OTHER)])
    assert (total(views, "a"), total(views, "b", OTHER), total(views, "b")) == (5, 1, None)
    with views.read() as reader:
        assert reader.positions() == {ROSTER: 3}
        assert reader.branches("tallies") == [BRANCH, OTHER]
    assert views.positions() == {ROSTER: 3}
    assert (views.position(ROSTER), views.position(MINUTES)) == (3, 0)


def test_a_document_ends_when_its_step_says_so(views):
    views.apply(ROSTER, [entry(1, Counted(tally="a")), entry(2, Counted(tally="b"))])
    views.apply(ROSTER, [entry(3, TallyClosed(tally="a"))])
    assert (total(views, "a"), total(views, "b")) == (None, 1)
    views.apply(ROSTER, [entry(4, Counted(tally="a", by=9)), entry(5, TallyClosed(tally="b"))])
    assert (total(views, "a"), total(views, "b")) == (9, None)


def test_delivered_twice_it_counts_once(views):
    entries = [entry(index, Counted(tally="a")) for index in range(1, 11)]
    views.apply(ROSTER, entries[:6])
    views.apply(ROSTER, entries[:6])
    views.apply(ROSTER, entries[2:])
    views.apply(ROSTER, entries)
    assert total(views, "a") == 10


def test_a_hole_is_refused_and_what_came_before_it_kept(views):
    entries = [entry(index, Counted(tally="a")) for index in range(1, 8)]
    views.apply(ROSTER, entries[:2])
    with pytest.raises(Gap) as gap:
        views.apply(ROSTER, entries[3:])
    assert (gap.value.source, gap.value.expected, gap.value.offered) == (ROSTER, 3, 4)
    with pytest.raises(Gap) as gap:
        views.apply(ROSTER, [entries[2], entries[3], entries[6]])
    assert gap.value.expected == 5
    assert (views.position(ROSTER), total(views, "a")) == (4, 4)


def test_decoded_facts_are_taken_as_they_are(views, log, tell):
    tell(Count(tally="a", by=4))
    views.apply(log.name, [(recorded.index, recorded) for recorded in log.replay()])
    assert total(views, "a") == 4


def test_unknown_kinds_are_counted_and_unheard_ones_pass(views, place):
    unknown = heard(2, Counted(tally="a"), ROSTER).replace(b"chibo.Counted.v1", b"chibo.Counted.v9")
    applied = views.apply(
        ROSTER, [entry(1, Counted(tally="a")), (2, unknown), entry(3, TwoCounted(tally="a", other=OTHER))]
    )
    assert (applied.position, applied.applied, applied.unknown) == (3, 1, 1)
    assert views.parked() == []


def test_everything_of_a_batch_is_committed_together(views, monkeypatch):
    """The process dies between the documents and the position: neither is there."""
    views.apply(ROSTER, [entry(1, Counted(tally="a"))])

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("shared.store.parking.Parking.park", die)
    with pytest.raises(KeyboardInterrupt):
        views.apply(ROSTER, [entry(2, Counted(tally="a")), entry(3, Counted(tally="b"))])
    monkeypatch.undo()
    assert (total(views, "a"), total(views, "b"), views.position(ROSTER)) == (1, None, 1)
    views.apply(ROSTER, [entry(2, Counted(tally="a")), entry(3, Counted(tally="b"))])
    assert (total(views, "a"), total(views, "b")) == (2, 1)


def test_a_document_is_read_once_and_written_once_per_batch(views, monkeypatch):
    from shared.store import views as module

    written: list[int] = []
    store = module._Page.store

    def counted(page: Any, cursor: Any) -> None:
        written.append(len(page.changed))
        store(page, cursor)

    monkeypatch.setattr(module._Page, "store", counted)
    views.apply(ROSTER, [entry(index, Counted(tally=f"t{index % 3}")) for index in range(1, 101)])
    assert written == [3]
    assert sum(shown(views).values()) == 100


# ------------------------------------------------------------ parking


def test_a_step_that_fails_parks_the_fact_and_its_branch_only(views):
    applied = views.apply(
        ROSTER,
        [
            entry(1, Counted(tally="a", by=5)),
            entry(2, Counted(tally="a", by=-1)),
            entry(3, Counted(tally="a", by=6)),
            entry(4, Counted(tally="b", by=7), branch=OTHER),
        ],
    )
    assert (applied.position, applied.applied, applied.parked) == (4, 2, 2)
    views.apply(MINUTES, [entry(1, Counted(tally="a"), MINUTES), entry(2, Counted(tally="b"), MINUTES, branch=OTHER)])
    assert (total(views, "a"), total(views, "b", OTHER)) == (5, 8)
    parked = views.parked()
    assert [(p.source, p.index) for p in parked] == [(ROSTER, 2), (ROSTER, 3), (MINUTES, 1)]
    assert parked[0].reason == "ArithmeticError: cannot count backwards"


def test_when_one_view_fails_no_view_takes_the_fact(place):
    def fail(_document: Any, _recorded: Recorded[Any], _key: str) -> Any:
        raise LookupError("no such key")

    class Other(BaseModel):
        pass

    failing = View("failing", Other, frozenset({TallyClosed}), lambda recorded: (recorded.fact.tally,), fail)
    no_key = View("no_key", Other, frozenset({TwoCounted}), lambda recorded: (recorded.fact.nothing,), fail)
    views = open_views(
        place.views_database, "tallies", [TALLIES, failing, no_key], FACTS, schema=f"{place.schema}_views"
    )
    place.opened.callback(views.close)
    views.apply(ROSTER, [entry(1, Counted(tally="a")), entry(2, TallyClosed(tally="a"))])
    assert total(views, "a") == 1, "not closed: the other view could not take it"
    views.apply(MINUTES, [entry(1, TwoCounted(tally="a", other=BRANCH), MINUTES, branch=OTHER)])
    assert views.parked()[0].reason == "LookupError: no such key"


@pytest.mark.parametrize("branch", [BRANCH, None])
def test_an_undecodable_fact_parks_its_branch_or_stops_its_source(views, branch):
    bad = entry(2, Counted(tally="a"), branch=branch, spoilt=True)
    entries = [entry(1, Counted(tally="a")), bad, entry(3, Counted(tally="a"))]
    if branch:
        views.apply(ROSTER, entries)
        assert [p.index for p in views.parked()] == [2, 3]
        assert views.position(ROSTER) == 3
    else:
        with pytest.raises(SourceStopped) as stopped:
            views.apply(ROSTER, entries)
        assert stopped.value.index == 2
        assert views.position(ROSTER) == 1
        assert views.parked() == []
    assert total(views, "a") == 1


def test_redriven_in_order_and_up_to_one_that_still_fails(views):
    views.apply(
        ROSTER,
        [
            entry(1, Counted(tally="a"), spoilt=True),
            entry(2, Counted(tally="a", by=2)),
            entry(3, Counted(tally="a", by=-1)),
            entry(4, TallyClosed(tally="a")),
        ],
    )
    views.apply(MINUTES, [entry(1, Counted(tally="a", by=50), MINUTES)])
    assert views.redrive(BRANCH) == 0

    class Tolerant(Counted):
        extra: int = 0

        @classmethod
        def kind(cls) -> str:
            return Counted.kind()

    views.known = FACTS | {Counted.kind(): Tolerant}
    assert views.redrive(BRANCH) == 2
    assert total(views, "a") == 3
    assert [p.index for p in views.parked()] == [3, 4, 1]
    views.apply(ROSTER, [entry(5, Counted(tally="a"))])
    assert [p.index for p in views.parked()] == [3, 4, 1, 5], "new ones at the end until the queue is empty"
    forgiving = View(
        "tallies",
        Shown,
        TALLIES.hears,
        TALLIES.key,
        lambda document, recorded, key: (
            TALLIES.step(document, recorded, key) if getattr(recorded.fact, "by", 0) >= 0 else document
        ),
    )
    for kind in views._heard:
        views._heard[kind] = [forgiving]
    assert views.redrive(BRANCH) == 4
    assert views.parked() == []
    assert total(views, "a") == 51, "closed, then counted on by the other log and the newest fact, in that order"


# ------------------------------------------------------------ reading


def test_a_reader_sees_one_moment(views):
    views.apply(ROSTER, [entry(1, Counted(tally="a"))])
    with views.read() as reader:
        before = reader.get("tallies", BRANCH, "a").total
        thread = threading.Thread(target=lambda: views.apply(ROSTER, [entry(2, Counted(tally="a"))]))
        thread.start()
        thread.join()
        assert reader.get("tallies", BRANCH, "a").total == before == 1
        assert reader.positions() == {ROSTER: 1}
    assert total(views, "a") == 2


def test_read_by_many_threads_while_facts_come_in(views):
    wrong: list[object] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            with views.read() as reader:
                document = reader.get("tallies", BRANCH, "a")
                if (document.total if document else 0) != reader.positions().get(ROSTER, 0):
                    wrong.append(document)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for index in range(1, 60):
        views.apply(ROSTER, [entry(index, Counted(tally="a"))])
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_waiting_until_a_fact_is_there(views):
    assert not views.wait(ROSTER, 1, 0.05)
    timer = threading.Timer(0.1, lambda: views.apply(ROSTER, [entry(1, Counted(tally="a"))]))
    timer.start()
    start = time.monotonic()
    assert views.wait(ROSTER, 1, 5)
    assert time.monotonic() - start < 2
    assert views.wait(ROSTER, 1, 0)
    assert not views.wait(MINUTES, 1, 0.01)
    timer.join()


async def test_waiting_without_holding_a_thread(views):
    assert not await views.wait_async(ROSTER, 1, 0.05)
    waiting = [asyncio.create_task(views.wait_async(ROSTER, index, 5)) for index in (1, 2, 3)]
    await asyncio.sleep(0.05)
    await asyncio.to_thread(views.apply, ROSTER, [entry(1, Counted(tally="a"))])
    await asyncio.wait_for(waiting[0], 2)
    assert not waiting[2].done()
    await asyncio.to_thread(views.apply, ROSTER, [entry(2, Counted(tally="a")), entry(3, Counted(tally="a"))])
    assert await asyncio.gather(*waiting) == [True, True, True]
    assert views._waiting == []


def test_another_process_moved_on(postgres_place):
    """On PostgreSQL another process may have heard it."""
    views, other = postgres_place.views(), postgres_place.views()
    timer = threading.Timer(0.1, lambda: other.apply(ROSTER, [entry(1, Counted(tally="a"))]))
    timer.start()
    assert views.wait(ROSTER, 1, 5)
    timer.join()
    views.apply(ROSTER, [entry(1, Counted(tally="a")), entry(2, Counted(tally="a"))])
    assert total(views, "a") == 2


def test_two_processes_hear_the_same_facts_once(postgres_place):
    views, other = postgres_place.views(), postgres_place.views()
    entries = [entry(index, Counted(tally="a")) for index in range(1, 201)]

    def work(mine: Views) -> None:
        for at in range(0, 200, 10):
            mine.apply(ROSTER, entries[: at + 10])

    threads = [threading.Thread(target=work, args=(mine,)) for mine in (views, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (total(views, "a"), views.position(ROSTER)) == (200, 200)


def test_what_this_service_stored_itself(place, log, views, tell):
    for _ in range(3):
        tell(Count(tally="a"))
    assert views.catch_up(log) == 3
    assert views.catch_up(log) == 3
    assert total(views, "a") == 3


def test_documents_of_another_version_ask_to_be_rebuilt(place, views):
    views.apply(ROSTER, [entry(1, Counted(tally="a"))])

    class Strict(BaseModel):
        nothing_of_this: int

    place.close()
    changed: View[Any] = View("tallies", Strict, TALLIES.hears, TALLIES.key, lambda document, _recorded, _key: document)
    views = open_views(place.views_database, "tallies", [changed], FACTS, schema=f"{place.schema}_views")
    place.opened.callback(views.close)
    with views.read() as reader, pytest.raises(StoreUnsafe, match="chibo rebuild"):
        reader.get("tallies", BRANCH, "a")
    with pytest.raises(StoreUnsafe, match="chibo rebuild"):
        views.apply(ROSTER, [entry(2, Counted(tally="a"))])
    assert views.position(ROSTER) == 1


# ------------------------------------------------------------ rebuilding


def test_rebuilt_while_the_old_ones_serve(place, views):
    entries = [entry(index, Counted(tally="a")) for index in range(1, 11)]
    views.apply(ROSTER, entries[:8])
    views.apply(MINUTES, [entry(1, Counted(tally="b", by=-1), MINUTES, branch=OTHER)])
    new = views.begin_generation()
    new.apply(ROSTER, entries[:5])
    assert (total(views, "a"), total(new, "a")) == (8, 5)
    assert (views.position(ROSTER), new.position(ROSTER), new.parked()) == (8, 5, [])
    with pytest.raises(ValueError, match=f"behind in {MINUTES}, {ROSTER}"):
        new.switch()
    new.apply(ROSTER, entries[5:9])
    new.apply(MINUTES, [entry(1, Counted(tally="b", by=1), MINUTES, branch=OTHER)])
    views.apply(ROSTER, entries[8:9])
    new.switch()
    assert (total(views, "a"), total(views, "b", OTHER), views.parked()) == (9, 1, [])
    views.apply(ROSTER, entries)
    assert total(views, "a") == 10
    with views._database.reading() as cursor:
        for table in ("document", "position", "parked"):
            cursor.execute(f"SELECT count(DISTINCT generation) FROM {table}")
            assert cursor.fetchone()[0] <= 1, "the old generation is gone"


def test_a_reader_that_began_before_the_switch_finishes_on_the_old(views):
    views.apply(ROSTER, [entry(1, Counted(tally="a", by=3))])
    new = views.begin_generation()
    new.apply(ROSTER, [entry(1, Counted(tally="a", by=4))])
    with views.read() as reader:
        new.switch()
        assert reader.get("tallies", BRANCH, "a").total == 3
    assert total(views, "a") == 4


def test_a_rebuild_that_was_broken_off_leaves_no_trace(place, views):
    views.apply(ROSTER, [entry(1, Counted(tally="a"))])
    views.begin_generation().apply(ROSTER, [entry(1, Counted(tally="x"))])
    place.close()
    views = place.views()
    assert (total(views, "a"), total(views, "x")) == (1, None)
    new = views.begin_generation()
    assert new.positions() == {}
    assert total(new, "x") is None
    new.apply(ROSTER, [entry(1, Counted(tally="a"))])
    new.switch()
    assert total(views, "a") == 1


def test_the_views_that_serve_have_nothing_to_switch_to(views):
    with pytest.raises(ValueError, match="these are the views that serve"):
        views.switch()


def test_rebuilt_views_equal_the_live_ones(place: Place, log, views, writer):
    for number in range(40):
        writer.submit(ask(Count(tally=f"t{number % 7}", by=number % 3))).result(10)
        if number % 5 == 0:
            views.catch_up(log)
    views.catch_up(log)
    live = shown(views)
    new = views.begin_generation()
    new.catch_up(log)
    assert shown(new) == live
    new.switch()
    assert shown(views) == live

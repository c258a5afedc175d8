"""The writer decides inside the batch, answers what is stored, and keeps nothing that is not."""

import dataclasses
import json
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from shared.decision import Asked, Refused
from shared.events.envelope import instant
from shared.events.sealed import open_sealed
from shared.store import writer as writer_module
from shared.store.batch import Batch
from shared.store.log import Log
from shared.store.trouble import Raced, StoreAway
from shared.store.views import Views
from shared.store.writer import Answer, Ask, Writer
from tests.store.conftest import Place
from tests.store.tally import (
    BRANCH,
    TALLY,
    Break,
    Close,
    Count,
    CountAsShown,
    Counted,
    CountMany,
    CountTwice,
    Keep,
    Known,
    ask,
    known,
)

Tell = Callable[..., Any]


class Gate:
    """Holds a command while it is being decided, until opened."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()
        self.refuses = refuses

    def __call__(self, _asked: Asked[Any]) -> None:
        self.reached.set()
        self.opened.wait(10)
        if self.refuses:
            raise Refused("không", "no")


def together(writer: Writer, *asks: Ask, gate_refused: bool = False) -> list[Future[Answer]]:
    """Have these waiting at the same moment, behind one that is being decided, so that they make one batch."""
    gate = Gate(refuses=gate_refused)
    held = writer.submit(ask(Count(tally="gate"), allowed=gate))
    gate.reached.wait(10)
    futures = [writer.submit(each) for each in asks]
    gate.opened.set()
    held.exception(10)
    return futures


def refusal(future: Future[Any]) -> Refused:
    error = future.exception(10)
    assert isinstance(error, Refused), error
    return error


# ------------------------------------------------------------ the envelope


def test_R46_a_fact_carries_who_acted_who_entered_it_from_what_when_why_and_under_which_rules(place, log, writer):
    place.clock.go(microseconds=123456)
    now = instant(place.clock.now)
    given = ask(
        Count(tally="a", by=3, meeting="m1"),
        actor="M02",
        actorrole="deputy_secretary",
        enteredby="M01",
        medium="paper",
        time=place.clock.now - timedelta(days=2),
        correlation="c",
        causation="d",
    )
    (recorded,) = writer.submit(given).result(10).facts
    e = recorded.envelope
    assert (e.type, e.subject, e.subjectversion) == ("chibo.Counted.v1", "tally/a", 1)
    assert (e.source, e.branch, e.meeting) == ("/site/tallies", BRANCH, "m1")
    assert (e.actor, e.actorrole, e.enteredby, e.medium) == ("M02", "deputy_secretary", "M01", "paper")
    assert (e.recordedtime, e.time) == (now, instant(place.clock.now - timedelta(days=2)))
    assert (e.correlationid, e.causationid, e.profile, e.privacy) == ("c", "d", "tally@1", "B")
    assert UUID(e.id).version == 7
    assert len(bytes.fromhex(e.salt)) == 16
    assert recorded.index == 1
    assert list(json.loads(recorded.raw))[:4] == ["specversion", "id", "type", "source"]
    assert log.fact(1).envelope == e


def test_R46_what_is_not_given_is_left_out_or_follows_from_the_command(writer):
    given = ask(Close(tally="a"))
    (recorded,) = writer.submit(given).result(10).facts
    attributes = json.loads(recorded.raw)
    assert attributes["correlationid"] == given.id
    assert attributes["time"] == attributes["recordedtime"]
    assert not {"enteredby", "medium", "causationid", "meeting"} & attributes.keys()


def test_ids_are_unique_and_sort_in_the_order_of_the_log(log, tell):
    tell(CountMany(tally="a", times=60))
    ids = [recorded.id for recorded in log.replay()]
    assert len(set(ids)) == 60
    assert ids == sorted(ids)
    assert len({recorded.envelope.salt for recorded in log.replay()}) == 60


def test_the_profile_is_that_of_the_history_after_the_fact(tell):
    assert [r.envelope.profile for r in tell(Count(tally="a", by=50)).facts] == ["tally@1"]
    assert [r.envelope.profile for r in tell(CountTwice(tally="b", other="a")).facts] == ["tally@1", "tally@2"]


def test_facts_of_one_command_in_several_histories_are_stored_together(log, tell):
    tell(Count(tally="b"))
    answer = tell(CountTwice(tally="a", other="b"))
    assert (answer.first, answer.last, answer.position) == (2, 3, "tallies:3")
    assert [(r.envelope.subject, r.envelope.subjectversion) for r in answer.facts] == [("tally/a", 1), ("tally/b", 2)]
    assert [recorded.index for recorded in log.history("tally/b")] == [1, 3]


def test_after_a_commit_the_outbox_is_woken_once_with_the_last_index(place, log, views):
    woken: list[int] = []
    writer = place.writer(log, views, on_commit=woken.append)
    together(writer, ask(Count(tally="a")), ask(CountMany(tally="b", times=3)), ask(Close(tally="b")))[-1].result(10)
    assert woken == [1, 6]
    writer.submit(ask(Close(tally="b"))).result(10)
    assert woken == [1, 6], "nothing new, nobody woken"


def test_an_outbox_that_fails_to_wake_harms_nobody(place, log, views):
    def fall_over(_index: int) -> None:
        raise OSError("no stream")

    writer = place.writer(log, views, on_commit=fall_over)
    assert writer.submit(ask(Count(tally="a"))).result(10).last == 1
    assert writer.submit(ask(Count(tally="a"))).result(10).last == 2


# ------------------------------------------------------------ inside the batch


def test_each_command_of_a_batch_sees_the_facts_of_those_before_it(log, writer):
    first, second, third = together(
        writer, ask(Count(tally="a", by=60)), ask(Count(tally="a", by=60)), ask(Count(tally="a", by=40))
    )
    assert first.result(10).facts[0].fact.by == 60
    assert refusal(second).code == "full"
    assert third.result(10).facts[0].fact.by == 40
    assert [recorded.fact.by for recorded in log.history("tally/a")] == [60, 40]


def test_they_are_stored_in_one_transaction(log, writer, monkeypatch):
    stored: list[int] = []
    append = log.append

    def counted(batch: Batch) -> Any:
        stored.append(len(batch.facts))
        return append(batch)

    monkeypatch.setattr(log, "append", counted)
    futures = together(writer, *[ask(Count(tally=f"t{number}")) for number in range(50)])
    assert [future.result(10).last for future in futures] == list(range(2, 52))
    assert stored == [1, 50]


def test_a_defect_in_one_command_leaves_the_others_alone(log, writer):
    first, broken, last = together(writer, ask(Count(tally="a")), ask(Break(tally="a")), ask(Count(tally="a")))
    assert first.result(10).last == 2
    assert isinstance(broken.exception(10), ZeroDivisionError)
    assert last.result(10).last == 3
    assert log.verify().index == 3


def test_nothing_of_a_command_that_fails_half_way_is_stored(place, log, views):
    """The second fact of two cannot be encoded: the first goes too."""
    writer = place.writer(log, views)
    place.keys.destroyed.add("member/gone")
    fine, refused, later = together(
        writer,
        ask(Count(tally="a")),
        ask(Keep(tally="a", about="member/gone", words="riêng")),
        ask(Count(tally="a")),
    )
    assert fine.result(10).last == 2
    assert refusal(refused).code == "no-key"
    assert "khóa" in refusal(refused).vi
    assert later.result(10).facts[0].envelope.subjectversion == 2


def test_why_one_could_not_be_written_is_not_said_of_the_next(place, writer):
    place.keys.destroyed.add("member/gone")
    no_key, surrogate = together(
        writer,
        ask(Keep(tally="a", about="member/gone", words="riêng")),
        ask(Count(tally="a", meeting="\udc80"), body=b""),
    )
    assert (refusal(no_key).code, refusal(surrogate).code) == ("no-key", "unencodable")


def test_a_batch_that_cannot_be_stored_is_decided_again_one_by_one(log, writer, monkeypatch):
    """One command spoils the transaction; the others of its batch are stored all the same, and nothing twice."""
    append = log.append
    tried: list[int] = []

    def spoilt(batch: Batch) -> Any:
        tried.append(len(batch.facts))
        if any(fact.subject == "tally/bad" for fact in batch.facts):
            raise ValueError("this one cannot be stored")
        return append(batch)

    monkeypatch.setattr(log, "append", spoilt)
    first, bad, last = together(writer, ask(Count(tally="a")), ask(Count(tally="bad")), ask(Count(tally="a")))
    assert [first.result(10).last, last.result(10).last] == [2, 3]
    assert isinstance(bad.exception(10), ValueError)
    assert tried == [1, 3, 1, 1, 1]
    assert [r.envelope.subjectversion for r in log.history("tally/a")] == [1, 2]


def test_after_a_rollback_nothing_stays_in_memory(log, writer, monkeypatch):
    """A refusal or a state that rests on facts which were rolled back would be a lie."""
    append = log.append

    def away(batch: Batch) -> int:
        raise StoreAway("vắng", "away")

    monkeypatch.setattr(log, "append", away)
    first, second = together(writer, ask(Count(tally="a", by=60)), ask(Count(tally="a", by=60)), gate_refused=True)
    assert {refusal(first).code, refusal(second).code} == {"store-away"}
    monkeypatch.setattr(log, "append", append)
    assert writer.submit(ask(Count(tally="a", by=60))).result(10).facts[0].envelope.subjectversion == 1


def test_decided_again_when_another_process_was_first(log, writer, monkeypatch):
    append, tried = log.append, []

    def raced(batch: Batch) -> Any:
        tried.append(batch)
        if len(tried) < 3:
            raise Raced
        return append(batch)

    monkeypatch.setattr(log, "append", raced)
    assert writer.submit(ask(Count(tally="a"))).result(10).last == 1
    assert len(tried) == 3


def test_refused_in_plain_words_when_others_are_first_for_ever(log, writer, monkeypatch):
    def raced(_batch: Batch) -> int:
        raise Raced

    monkeypatch.setattr(log, "append", raced)
    error = refusal(writer.submit(ask(Count(tally="a"))))
    assert error.code == "two-at-once"
    assert "cùng ghi" in error.vi


# ------------------------------------------------------------ inbox


def test_the_same_command_again_gets_the_same_answer_and_no_fact(log, writer):
    given = ask(CountTwice(tally="a", other="b"))
    first, again = writer.submit(given).result(10), writer.submit(given).result(10)
    assert not first.already
    assert again.already
    assert (again.first, again.last, again.position) == (first.first, first.last, first.position)
    assert [r.raw for r in again.facts] == [r.raw for r in first.facts]
    assert log.head().index == 2


def test_the_same_command_twice_in_one_batch_is_stored_once(log, writer):
    given = ask(Count(tally="a"))
    first, again = together(writer, given, given)
    assert (first.result(10).already, again.result(10).already) == (False, True)
    assert first.result(10).raws == again.result(10).raws
    assert log.head().index == 2


def test_an_answer_stays_the_same_though_the_state_has_moved_on(writer, tell):
    given = ask(Count(tally="a", by=60))
    writer.submit(given).result(10)
    tell(Close(tally="a"))
    assert writer.submit(given).result(10).already


def test_the_same_id_for_something_else_is_refused(log, writer):
    given = ask(Count(tally="a"))
    writer.submit(given).result(10)
    for other in (
        ask(Count(tally="a", by=2), id=given.id),
        ask(Count(tally="a"), id=given.id, actor="M02"),
        ask(Count(tally="a"), id=given.id, branch="99.001.002.000.012"),
    ):
        error = refusal(writer.submit(other))
        assert error.code == "other-body"
        assert "mã" in error.vi
    first, other_body = together(writer, ask(Count(tally="b"), id="5" * 32), ask(Count(tally="b", by=2), id="5" * 32))
    first.result(10)
    assert refusal(other_body).code == "other-body"
    assert log.head().index == 3


def test_a_command_with_nothing_to_say_is_remembered_too(log, writer, tell):
    tell(Close(tally="a"))
    given = ask(Close(tally="a"))
    first, again = writer.submit(given).result(10), writer.submit(given).result(10)
    assert (first.facts, first.first, first.last, first.already) == ((), 2, 1, False)
    assert (again.facts, again.first, again.last, again.already) == ((), 2, 1, True)
    assert first.position == "tallies:1"
    assert log.head().index == 1


def test_a_refused_command_may_be_asked_again_when_things_have_changed(writer, tell):
    tell(Count(tally="a", by=100))
    given = ask(Count(tally="b", by=101))
    assert refusal(writer.submit(given)).code == "full"
    allowed = ask(Count(tally="b", by=1), id=given.id)
    assert not writer.submit(allowed).result(10).already


def test_the_inbox_outlives_the_process(place):
    given = ask(Count(tally="a"))
    first = place.writer(place.log(), place.views()).submit(given).result(10)
    place.close()
    again = place.writer(place.log(), place.views()).submit(given).result(10)
    assert again.already
    assert [r.raw for r in again.facts] == [r.raw for r in first.facts]


def test_the_body_itself_stands_nowhere_in_the_inbox(place, log, writer):
    given = ask(Keep(tally="a", about="member/x/M01", words="lời riêng"), body='{"words":"lời riêng"}'.encode())
    writer.submit(given).result(10)
    with log._reading() as cursor:
        cursor.execute("SELECT command_id, body_hmac, first, last, answer FROM inbox")
        ((command_id, body_hmac, *rest),) = cursor.fetchall()
    assert (command_id, len(body_hmac), rest) == (given.id, 32, [1, 1, "tallies:1"])


# ------------------------------------------------------------ time


def test_recordedtime_never_goes_backwards(place, log, tell):
    tell(Count(tally="a"))
    place.clock.go(seconds=-1)
    waiting = threading.Timer(0.2, lambda: place.clock.go(seconds=2))
    waiting.start()
    tell(Count(tally="a"))
    times = [recorded.envelope.recordedtime for recorded in log.replay()]
    assert times == sorted(times)
    place.clock.go(hours=-1)
    with pytest.raises(Refused) as refused:
        tell(Count(tally="a"))
    assert refused.value.code == "clock"
    assert "Đồng hồ" in refused.value.vi
    assert log.head().index == 2
    place.clock.go(hours=2)
    tell(Count(tally="a"))


def test_nothing_happens_in_the_future(place, writer):
    late = ask(Count(tally="a"), time=place.clock.now + timedelta(minutes=6))
    assert refusal(writer.submit(late)).code == "future"
    assert "chưa tới" in refusal(writer.submit(late)).vi
    soon = ask(Count(tally="a"), time=place.clock.now + timedelta(minutes=4))
    assert writer.submit(soon).result(10).last == 1


# ------------------------------------------------------------ what the asker saw, and who may ask


def test_a_history_that_moved_on_since_the_asker_looked_is_refused(writer, tell):
    tell(Count(tally="a"))
    assert writer.submit(ask(Count(tally="a"), expected=1)).result(10).last == 2
    error = refusal(writer.submit(ask(Count(tally="a"), expected=1)))
    assert error.code == "moved-on"
    assert "vừa được sửa" in error.vi
    assert "mở lại" in error.vi
    assert writer.submit(ask(Count(tally="new"), expected=0)).result(10).last == 3


def test_of_two_who_saw_the_same_one_wins(log, writer, tell):
    tell(Count(tally="a"))
    first, second = together(writer, ask(Count(tally="a", by=2), expected=1), ask(Count(tally="a", by=3), expected=1))
    first.result(10)
    assert refusal(second).code == "moved-on"
    assert [recorded.fact.by for recorded in log.history("tally/a")] == [1, 2]


def test_who_may_not_is_refused_before_anything_is_decided(log, writer, tell):
    seen: list[Asked[Known]] = []

    def nobody(asked: Asked[Known]) -> None:
        seen.append(asked)
        raise Refused("Không được phép.", "Not allowed.", code="not-allowed")

    assert refusal(writer.submit(ask(Break(tally="a"), allowed=nobody))).code == "not-allowed"
    assert (seen[0].actor, seen[0].branch, seen[0].known) == ("M01", BRANCH, Known())
    assert log.head().index == 0


def test_a_command_of_another_service_is_refused(place, log, views):
    writer = Writer(log, [], known, views, keys=place.keys, clock=place.clock, inbox_key=b"k")
    writer.start()
    place.opened.callback(writer.stop)
    assert refusal(writer.submit(ask(Count(tally="a")))).code == "unknown-command"


# ------------------------------------------------------------ sealed


def test_private_words_are_sealed_before_they_are_stored(place, log, writer):
    given = ask(Keep(tally="a", about="member/x/M01", words="lời riêng"))
    (recorded,) = writer.submit(given).result(10).facts
    assert open_sealed(recorded.id, recorded.fact.words, place.keys) == "lời riêng"
    assert "lời riêng" not in recorded.raw.decode()
    assert recorded.envelope.privacy == "C"
    place.keys.destroyed.add("member/x/M01")
    assert open_sealed(recorded.id, log.fact(1).fact.words, place.keys) is None


def test_the_state_kept_in_memory_is_what_a_replay_gives(log, writer, tell):
    tell(Keep(tally="a", about="member/x/M01", words="một"))
    tell(Count(tally="a"))
    tell(Keep(tally="a", about="member/x/M01", words="hai"))
    kept = writer._histories.get("tally/a")
    replayed = TALLY.initial
    for recorded in log.history("tally/a"):
        replayed = TALLY.evolve(replayed, recorded.fact)
    assert kept.state == replayed
    assert kept.version == 3
    assert "một" not in repr(kept.state)


# ------------------------------------------------------------ bad input


def test_what_cannot_be_written_is_refused(log, writer):
    surrogate = ask(Count(tally="a", meeting="\udc80"), body=b"x")
    assert refusal(writer.submit(surrogate)).code == "unencodable"
    assert refusal(writer.submit(ask(Count(tally="a"), actor="\ud800"))).code == "unencodable"
    large = ask(Count(tally="a", meeting="m" * 70_000))
    assert refusal(writer.submit(large)).code == "too-large"
    assert log.head().index == 0
    assert writer.submit(ask(Count(tally="a"))).result(10).last == 1


def test_nul_is_refused_without_harm_to_the_others(log, writer):
    first, nul, last = together(writer, ask(Count(tally="a")), ask(Count(tally="a\x00b")), ask(Count(tally="a")))
    assert first.result(10).facts
    assert last.result(10).facts
    error = nul.exception(10)
    assert error is None or isinstance(error, Exception)
    assert log.verify().index in {3, 4}


def test_bytes_that_could_not_be_read_back_are_never_stored(log, writer, monkeypatch):
    """A rule that makes a fact past its own checks: it would be in the way of this history for ever."""
    half: dict[str, Any] = {"tally": "a", "by": 0.5, "meeting_id": None}
    careless = dataclasses.replace(TALLY, decide=lambda _tally, _command, _asked: (Counted.model_construct(**half),))
    monkeypatch.setattr(writer._rules, "nouns", {Count: careless})
    monkeypatch.setattr(writer._rules, "nouns_by_name", {"tally": careless})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        error = writer.submit(ask(Count(tally="a"))).exception(10)
    assert isinstance(error, ValidationError)
    assert log.head().index == 0


# ------------------------------------------------------------ reading one's own views, refusing, stopping


def test_a_command_that_reads_its_own_views_sees_everything_stored_before_it(log, writer):
    futures = together(
        writer,
        ask(Count(tally="a", by=2)),
        ask(Count(tally="a", by=3)),
        ask(CountAsShown(tally="a")),
        ask(CountAsShown(tally="a")),
    )
    assert [future.result(10).facts[0].fact.by for future in futures] == [2, 3, 5, 10]


def test_while_writing_is_refused_everybody_hears_why(log, writer, tell):
    writer.refuse_writes("Sổ này cũ hơn bản đã gửi.", "This log is older than what was sent.")
    with pytest.raises(Refused, match="older than what was sent") as refused:
        tell(Count(tally="a"))
    assert refused.value.vi == "Sổ này cũ hơn bản đã gửi."
    assert log.head().index == 0
    writer.accept_writes()
    assert tell(Count(tally="a")).last == 1


def test_stopping_finishes_what_waits_and_refuses_what_comes(log, writer):
    futures = [writer.submit(ask(Count(tally=f"t{number}"))) for number in range(300)]
    writer.stop()
    assert sorted(future.result(0).last for future in futures) == list(range(1, 301))
    assert refusal(writer.submit(ask(Count(tally="late")))).code == "stopping"
    assert log.head().index == 300


def test_an_asker_who_gave_up_disturbs_nobody(log, writer):
    gate = Gate()
    held = writer.submit(ask(Count(tally="a"), allowed=gate))
    gate.reached.wait(10)
    gave_up = writer.submit(ask(Count(tally="a")))
    assert gave_up.cancel()
    after = writer.submit(ask(Count(tally="a")))
    gate.opened.set()
    assert held.result(10).last == 1
    assert after.result(10).last == 3, "it was on its way and is stored"


def test_no_exception_kills_the_thread(log, writer, monkeypatch):
    def fall_over(*_args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(writer, "_do", fall_over)
    assert isinstance(writer.submit(ask(Count(tally="a"))).exception(10), MemoryError)

    def worse(*_args: object) -> None:
        raise SystemExit

    monkeypatch.setattr(writer, "_do", worse)
    assert isinstance(writer.submit(ask(Count(tally="a"))).exception(10), SystemExit)
    monkeypatch.undo()
    assert writer.submit(ask(Count(tally="a"))).result(10).last == 1


def test_many_threads_at_once(log, writer):
    """200 threads on five tallies: everything stored once, every history whole."""
    answers: list[Answer] = []

    def work(number: int) -> None:
        answers.append(writer.submit(ask(Count(tally=f"t{number % 5}"))).result(30))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.last for answer in answers) == list(range(1, 201))
    assert log.verify().histories == 5


def test_a_state_forgotten_is_loaded_again(place, log, views, monkeypatch):
    monkeypatch.setattr(writer_module, "Histories", lambda: writer_histories(2))
    writer = place.writer(log, views)
    for number in range(9):
        writer.submit(ask(Count(tally=f"t{number % 3}", by=30))).result(10)
    assert refusal(writer.submit(ask(Count(tally="t0", by=30)))).code == "full"


def writer_histories(size: int) -> Any:
    from shared.store.deciding import Histories

    return Histories(size)


def test_ids_are_uuids_of_whoever_asks(log: Log, views: Views, place: Place, tell: Tell):
    given = str(uuid4())
    assert tell(Count(tally="a"), id=given).id == given


def test_who_asks_again_is_answered_though_it_would_be_refused_today(log, writer, tell):
    """Whether it was stored before shows only when it is refused, and that is soon enough."""
    given = ask(Count(tally="a", by=60))
    first = writer.submit(given).result(10)
    other = ask(Count(tally="a", by=7), id=given.id)
    again, other_body, new = together(writer, given, other, ask(Count(tally="a", by=2)))
    assert again.result(10).already
    assert [r.raw for r in again.result(10).facts] == [r.raw for r in first.facts]
    assert refusal(other_body).code == "other-body"
    assert new.result(10).facts[0].envelope.subjectversion == 2
    assert log.verify().index == 3


def test_a_batch_full_of_commands_asked_again_is_decided_at_most_twice(log, writer, monkeypatch):
    asks = [ask(Count(tally=f"t{number % 3}")) for number in range(30)]
    for future in [writer.submit(each) for each in asks]:
        future.result(10)
    append, tried = log.append, []

    def counted(batch: Batch) -> Any:
        tried.append(len(batch.facts))
        return append(batch)

    monkeypatch.setattr(log, "append", counted)
    futures = together(writer, *asks, ask(Count(tally="new")), gate_refused=True)
    assert [future.result(10).already for future in futures] == [True] * 30 + [False]
    assert len(tried) <= 2
    assert log.verify().index == 31


def test_what_was_typed_shows_in_no_log_line(writer, capsys):
    """A defect is logged with everything at hand, but for the body of the command."""
    given = ask(Break(tally="a"), body='{"words":"lời riêng"}'.encode())
    assert "lời riêng" not in repr(given)
    writer.submit(given).exception(10)
    said = capsys.readouterr()
    assert "a command failed" in said.out + said.err
    assert "lời" not in said.out + said.err
    assert "xc3" not in said.out + said.err

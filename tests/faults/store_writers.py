"""Bare writers as processes, forked from one that has imported everything; run as a program, one job each time.

What runs is the product's own log and writer. A plant is a bug a test must be able to catch.
"""

from __future__ import annotations

import gc
import json
import os
import random
import select
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from shared.decision import Refused
from shared.store.batch import Batch
from shared.store.log import Log, open_log
from shared.store.trouble import StoreTrouble
from shared.store.views import open_views
from shared.store.writer import Answer, Writer
from tests.store.tally import FACTS, TALLIES, TALLY, Count, CountMany, CountTwice, MadeUpKeys, ask, known

COMMANDS = UUID(int=500)
WAITING = 8
"""Commands a client has under way at once."""


def command_id(number: int) -> str:
    return str(uuid5(COMMANDS, str(number)))


@contextmanager
def working(order: dict[str, Any]) -> Iterator[tuple[Log, Writer]]:
    """Open the log and its writer as a service would."""
    log = open_log(order["log"], "site", "tallies", FACTS, schema=order.get("schema"))
    views = open_views(order["views"], "tallies", [TALLIES], FACTS, schema=f"{order.get('schema')}_views")
    writer = Writer(log, [TALLY], known, views, keys=MadeUpKeys(), clock=lambda: datetime.now(UTC), inbox_key=b"inbox")
    writer.start()
    try:
        yield log, writer
    finally:
        writer.stop()
        views.close()
        log.close()


# ---------------------------------------------------------------- plants


def acknowledge_before_commit(say: Callable[[str, int, int], None]) -> None:
    append = Log.append

    def early(self: Log, batch: Batch) -> int:
        for answer in batch.answers:
            first = batch.end.index + answer.offset + 1
            say(answer.command_id, first, first + answer.many - 1)
        return append(self, batch)

    Log.append = early  # type: ignore[method-assign]


def two_transactions(_say: object) -> None:
    """The side tables are written in a transaction after that of the events."""
    record = Batch.record

    def late(self: Batch, cursor: Any) -> None:
        cursor.execute("COMMIT")
        cursor.execute("BEGIN")
        record(self, cursor)

    Batch.record = late  # type: ignore[method-assign]


def merge_silently(_say: object) -> None:
    """Nobody looks whether another process went on with a history this was decided on."""
    append = Log.append

    def blind(self: Log, batch: Batch) -> int:
        batch.subjects.clear()
        return append(self, batch)

    Log.append = blind  # type: ignore[method-assign]


PLANTS: dict[str, Callable[[Any], None]] = {
    plant.__name__: plant for plant in (acknowledge_before_commit, two_transactions, merge_silently)
}


def fork(work: Callable[[Callable[[str], None]], None]) -> tuple[int, int]:
    """Run this in a child that can say lines; gives its process id and the end to read from."""
    read, write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write)
        return pid, read
    code = 1
    try:
        os.close(read)
        work(lambda line: void(os.write(write, f"{line}\n".encode())))
        code = 0
    except BaseException:  # noqa: BLE001 - said on the way out, which is always the same
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def void(_: object) -> None:
    """A write's length, which nobody asks for."""


def all_said(read: int) -> list[str]:
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read().decode()
    return [line for line in said.split("\n")[:-1] if line]


# ---------------------------------------------------------------- kill -9 at random points


def ask_and_acknowledge(order: dict[str, Any], say: Callable[[str], None], first: int, last: int) -> None:
    """Ask commands first to last in order, several under way, and say each one that was answered."""

    def acknowledge(id_: str, begin: int, end: int) -> None:
        say(f"{id_} {begin} {end}")

    early = order.get("plant") == acknowledge_before_commit.__name__
    if order.get("plant"):
        PLANTS[order["plant"]](acknowledge)
    with working(order) as (_, writer):
        under_way: deque[Future[Answer]] = deque()
        for number in range(first, last + 1):
            # New histories all the time: else each start reads, before it may be killed at work, all there ever was.
            command = CountTwice(tally=f"a{number // 200}-{number % 7}", other=f"b{number // 200}-{number % 5}")
            under_way.append(writer.submit(ask(command, id=command_id(number))))
            while len(under_way) >= WAITING or (number == last and under_way):
                answer = under_way.popleft().result(30)
                if not early:
                    acknowledge(answer.id, answer.first, answer.last)


def kill_loop(order: dict[str, Any]) -> dict[str, Any]:
    """Kill a writer at a random point, look at what it left, start the next; its client asks again what is open."""
    chance = random.Random(order["seed"])
    acknowledged: dict[str, tuple[int, int]] = {}
    result: dict[str, Any] = {"kills": 0, "lost": 0, "broken": "", "opening": 0}
    checked = 0
    for _ in range(order["kills"]):
        begin = len(acknowledged) + 1
        pid, read = fork(lambda say, begin=begin: ask_and_acknowledge(order, say, begin, 200_000))  # type: ignore[misc]
        if chance.random() < 0.2:
            time.sleep(chance.uniform(0, 0.03))
            result["opening"] += 1
        else:
            select.select([read], [], [], 20)
            time.sleep(chance.uniform(0, 0.012))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        result["kills"] += 1
        new = {id_: (int(first), int(last)) for id_, first, last in (line.split() for line in all_said(read))}
        checked = look(order, new, checked, result)
        acknowledged |= new
        assert list(new) == [command_id(number) for number in range(begin, begin + len(new))]
        if result["lost"] or result["broken"]:
            return result | {"acknowledged": len(acknowledged)}
    # The client asks the open ones again; nothing of what was asked may be there twice.
    count = len(acknowledged) + 100
    pid, read = fork(lambda say: ask_and_acknowledge(order, say, len(acknowledged) + 1, count))
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert len(all_said(read)) == count - len(acknowledged)
    log = open_log(order["log"], "site", "tallies", FACTS)
    verified = log.verify()
    log.close()
    return result | {"acknowledged": count, "facts": verified.index}


def warm_up() -> None:
    """Build here what every child would build on its first command, so that it gets to work before it is killed."""
    with tempfile.TemporaryDirectory() as folder:
        order = {"log": f"sqlite:///{folder}/log.db", "views": f"sqlite:///{folder}/views.db"}
        ask_and_acknowledge(order, lambda _line: None, 1, 20)
    gc.collect()
    gc.freeze()


def look(order: dict[str, Any], new: dict[str, tuple[int, int]], checked: int, result: dict[str, Any]) -> int:
    """Everything acknowledged is there, everything there is whole; returns up to where that was read."""
    try:
        log = open_log(order["log"], "site", "tallies", FACTS)
    except StoreTrouble as trouble:
        result["broken"] = trouble.en
        return checked
    try:
        answered = log.start(list(new), []).answered or {}
        result["lost"] += sum(
            id_ not in answered or (answered[id_].first, answered[id_].last) != where for id_, where in new.items()
        )
        while page := log.read(checked):
            checked = page[-1][0]
        result["lost"] += sum(last > checked for _, last in new.values())
        log.head()
    except StoreTrouble as trouble:
        result["broken"] = trouble.en
    finally:
        log.close()
    return checked


# ---------------------------------------------------------------- several processes on PostgreSQL


def race(order: dict[str, Any]) -> list[dict[str, int]]:
    """Processes that count tallies up to their end one after the other, all from one moment on; what each was answered.

    Several tallies, so that who is given the processor late still finds one to race for.
    """
    gate, opened = os.pipe()

    def count(say: Callable[[str], None]) -> None:
        os.close(opened)
        if order.get("plant"):
            PLANTS[order["plant"]](None)
        outcomes: dict[str, int] = {}
        with working(order) as (_, writer):
            writer.submit(ask(Count(tally=str(uuid4())))).result(60)
            say("ready")
            os.read(gate, 1)  # nothing comes: it ends when the last one who could write is gone
            for tally in order["tallies"]:
                count_up(writer, tally, outcomes)
        say(json.dumps(outcomes))

    children = [fork(count) for _ in range(order["processes"])]
    for _, read in children:
        assert os.read(read, 6) == b"ready\n"
    os.close(opened)
    return [json.loads(line) for _, read in children for line in all_said(read)]


def count_up(writer: Writer, tally: str, outcomes: dict[str, int]) -> None:
    """Count until it is full; a plant that never has it full ends by itself."""
    for _ in range(400):
        error = writer.submit(ask(Count(tally=tally))).exception(60)
        outcome = "stored" if error is None else error.code if isinstance(error, Refused) else repr(error)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        if outcome not in {"stored", "two-at-once"}:
            return


def pour(order: dict[str, Any]) -> int:
    """Processes that store as fast as they can for some seconds; how many facts in all."""

    def store(say: Callable[[str], None]) -> None:
        stored = 0
        with working(order) as (_, writer):
            end = time.monotonic() + order["seconds"]
            under_way: deque[Future[Answer]] = deque()
            while time.monotonic() < end:
                under_way.append(writer.submit(ask(CountMany(tally=str(uuid4()), times=2))))
                if len(under_way) >= WAITING:
                    stored += len(under_way.popleft().result(60).facts)
            stored += sum(len(future.result(60).facts) for future in under_way)
        say(str(stored))

    def insert(say: Callable[[str], None]) -> None:
        """Without the head row: the library's database function, which takes no lock."""
        recorder = plain_recorder(order["log"], order["schema"])
        end, stored = time.monotonic() + order["seconds"], 0
        while time.monotonic() < end:
            subject = str(uuid4())
            recorder.insert_events([StoredEvent(subject, version, "t", b"x" * 300) for version in (1, 2)])
            stored += 2
        recorder.datastore.close()
        say(str(stored))

    work = insert if order.get("without_head_row") else store
    children = [fork(work) for _ in range(order["processes"])]
    return sum(int(line) for _, read in children for line in all_said(read))


def plain_recorder(url: str, schema: str) -> PostgresApplicationRecorder:
    """The library's own, as its documentation sets it up for speed."""
    given = conninfo_to_dict(url)
    return PostgresApplicationRecorder(
        PostgresDatastore(
            str(given["dbname"]),
            str(given["host"]),
            str(given["port"]),
            str(given["user"]),
            str(given.get("password", "")),
            schema=schema,
            originator_id_type="text",
            enable_db_functions=True,
        )
    )


JOBS: dict[str, Callable[[dict[str, Any]], Any]] = {"kill": kill_loop, "race": race, "pour": pour}

if __name__ == "__main__":
    assert sqlite3.sqlite_version
    given = json.loads(sys.argv[1])
    warm_up()
    print(json.dumps(JOBS[given["job"]](given)))

"""One behaviour suite, run on SQLite and on PostgreSQL alike."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from shared.store.log import Log, open_log
from shared.store.views import Views, open_views
from shared.store.writer import Writer
from tests.servers import keep_schema
from tests.store.tally import FACTS, TALLIES, TALLY, MadeUpKeys, StandingClock, known


class Place:
    """Where one test keeps its log and its read models; may be closed and opened again."""

    def __init__(self, log: str, views: str, schema: str | None) -> None:
        self.log_database = log
        self.views_database = views
        self.schema = schema
        self.clock = StandingClock()
        self.keys = MadeUpKeys()
        self.opened = ExitStack()

    @property
    def on_sqlite(self) -> bool:
        return self.schema is None

    def log(self) -> Log:
        log = open_log(self.log_database, "site", "tallies", FACTS, schema=self.schema)
        self.opened.callback(log.close)
        return log

    def views(self) -> Views:
        views = open_views(
            self.views_database, "tallies", [TALLIES], FACTS, schema=self.schema and f"{self.schema}_views"
        )
        self.opened.callback(views.close)
        return views

    def writer(self, log: Log, views: Views, **given: Any) -> Writer:
        plain: dict[str, Any] = {"keys": self.keys, "clock": self.clock, "inbox_key": b"inbox"}
        writer = Writer(log, [TALLY], known, views, **(plain | given))
        writer.start()
        self.opened.callback(writer.stop)
        return writer

    def close(self) -> None:
        self.opened.close()

    def keep(self) -> Callable[[], None]:
        """Copy the log, which nobody has open; what is given puts the copy back in its place."""
        if self.schema is None:
            file = Path(self.log_database.removeprefix("sqlite:///"))
            kept = file.read_bytes()
            return lambda: void(file.write_bytes(kept))
        return keep_schema(self.log_database, self.schema)


def void(_: object) -> None:
    """A write's length, which nobody asks for."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest) -> Place:
    made: Place = request.getfixturevalue(f"{request.param}_place")
    return made


@pytest.fixture
def postgres_place(postgres_url: str) -> Iterator[Place]:
    schema = f"tallies_{os.urandom(5).hex()}"
    made = Place(postgres_url, postgres_url, schema)
    yield made
    made.close()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for name in (schema, f"{schema}_views"):
            connection.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Iterator[Place]:
    made = Place(f"sqlite:///{tmp_path}/log.db", f"sqlite:///{tmp_path}/views.db", None)
    yield made
    made.close()


@pytest.fixture
def log(place: Place) -> Log:
    return place.log()


@pytest.fixture
def views(place: Place) -> Views:
    return place.views()


@pytest.fixture
def writer(place: Place, log: Log, views: Views) -> Writer:
    return place.writer(log, views)


@pytest.fixture
def tell(writer: Writer) -> Callable[..., Any]:
    """Ask the writer for a command and wait for the answer."""
    from tests.store.tally import ask

    return lambda command, **given: writer.submit(ask(command, **given)).result(10)

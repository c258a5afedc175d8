"""Surroundings, markers by folder and by fixture, and the real servers every suite may ask for."""

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from hypothesis import settings

from tests import servers, surroundings

surroundings.neutral()  # before any test is read

HERE = Path(__file__).parent
PURE_FOLDERS = {"scheduler", "minutes", "ranking", "roster", "hub", "contracts"}
MARKER_OF_FIXTURE = {
    "redis_url": "streams",
    "redis_server": "streams",
    "start_redis": "streams",
    "postgres_url": "postgres",
    "postgres_database": "postgres",
    "postgres_schema": "postgres",
    "redis_container_url": "container",
    "postgres_container_url": "container",
}
LONGEST_FOLDERS = {"containers", "faults", "journeys"}
"""They begin first: a long file that began last would keep the other workers waiting."""
ONE_STORY = ("tests/journeys/test_october", "tests/journeys/test_signing")
OUTSIDE_WORLD = {"streams", "postgres", "container", "journey", "faults"}
settings.register_profile("brief", max_examples=12)
"""For an interpreter on which the whole suite does not run: what is searched is Python's doing, not our rules."""


# ---------------------------------------------------------------- markers


def marks(path: Path, fixtures: Iterable[str], given: set[str]) -> set[str]:
    """Which markers a test gets without saying so."""
    by_fixture = {MARKER_OF_FIXTURE[fixture] for fixture in fixtures if fixture in MARKER_OF_FIXTURE}
    pure = _folder(path) in PURE_FOLDERS and not OUTSIDE_WORLD & (by_fixture | given)
    return by_fixture | ({"rules"} if pure else set())


def _folder(path: Path) -> str:
    return path.relative_to(HERE).parts[0] if path.is_relative_to(HERE) else ""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where rules alone are asked for, the other folders need not be read."""
    folder = _folder(collection_path)
    return True if config.option.markexpr == "rules" and folder not in {"", *PURE_FOLDERS} else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _folder(item.path) not in LONGEST_FOLDERS)
    for item in items:
        given = {marker.name for marker in item.iter_markers()}
        for name in sorted(marks(item.path, getattr(item, "fixturenames", ()), given) - given):
            item.add_marker(name)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file is one worker's; so are together the files that share October's story, which is told once per worker."""
    from xdist.scheduler import LoadFileScheduling

    class OneTelling(LoadFileScheduling):  # type: ignore[misc]  # it has no types
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return "October's story" if file.startswith(ONE_STORY) else file

    return OneTelling(config, log)


# ---------------------------------------------------------------- no skips where everything must run


def _skips_fail() -> bool:
    return os.environ.get("CHIBO_NO_SKIPS") == "1"


def _as_failure(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and _skips_fail():
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
        report.outcome = "failed"
        report.longrepr = f"skipped, but CHIBO_NO_SKIPS=1: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _as_failure(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _as_failure(report)
    return report


# ---------------------------------------------------------------- Redis


@pytest.fixture(scope="session")
def _shared_redis() -> Iterator[str]:
    if given := os.environ.get("CHIBO_TEST_REDIS_URL"):
        yield given
        return
    with servers.own(servers.RedisServer) as server:
        yield server.url


@pytest.fixture
def redis_url(_shared_redis: str) -> str:
    """URL of an empty Redis: the session's own, or CHIBO_TEST_REDIS_URL, whose database is emptied."""
    with redis.Redis.from_url(_shared_redis) as client:
        client.flushdb()
    return _shared_redis


@pytest.fixture
def start_redis() -> Iterator[Callable[..., servers.RedisServer]]:
    """Call it, with server options if any, for each server that is this test's alone."""
    with ExitStack() as started:
        yield lambda *arguments: started.enter_context(servers.own(servers.RedisServer, *arguments))


@pytest.fixture
def redis_server(start_redis: Callable[..., servers.RedisServer]) -> servers.RedisServer:
    """A server for this test alone, to kill, restart and wipe."""
    return start_redis()


# ---------------------------------------------------------------- PostgreSQL


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of a server shared by the session: CHIBO_TEST_POSTGRES_URL, or the one from the wheel."""
    if given := os.environ.get("CHIBO_TEST_POSTGRES_URL"):
        yield given
        return
    with servers.own(servers.PostgresServer) as server:
        yield server.url


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """URL of a fresh database, gone after the test."""
    database = servers.create_database(postgres_url)
    yield database
    servers.drop_database(postgres_url, database)


@pytest.fixture
def postgres_schema(postgres_url: str) -> Iterator[str]:
    """Name of a fresh schema in postgres_url's database, gone after the test."""
    name = f"chibo_{os.urandom(6).hex()}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{name}"')
    yield name
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'DROP SCHEMA "{name}" CASCADE')


# ---------------------------------------------------------------- the same as containers


@pytest.fixture(scope="session")
def container_engine() -> None:
    """Skip, with the reason, where no engine answers; fail where CHIBO_REQUIRE_CONTAINERS=1 says one must."""
    if reason := servers.container_engine_missing():
        if os.environ.get("CHIBO_REQUIRE_CONTAINERS") == "1":
            pytest.fail(f"CHIBO_REQUIRE_CONTAINERS=1, but {reason}")
        pytest.skip(reason)


@pytest.fixture(scope="session")
def _redis_container(container_engine: None) -> Iterator[str]:
    with servers.redis_container() as url:
        yield url


@pytest.fixture
def redis_container_url(_redis_container: str) -> str:
    """URL of an empty Redis in a container."""
    with redis.Redis.from_url(_redis_container) as client:
        client.flushdb()
    return _redis_container


@pytest.fixture(scope="session")
def postgres_container_url(container_engine: None) -> Iterator[str]:
    """URL of a PostgreSQL server in a container."""
    with servers.postgres_container() as url:
        yield url

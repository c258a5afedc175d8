"""The month undisturbed, and sites to disturb."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from services.cli.sample.script import Step
from tests import servers
from tests.faults.month import SHORT, Essence, Nursery, Planted, Site, Teller, essence, look, steps


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def make_site(nursery: Nursery, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Call it for a running site of its own, broker included; plants by service are there from the first start.

    ``kept``: a site that was kept, to go on from.
    """
    with ExitStack() as stack:
        made = 0

        def make(plants: dict[str, list[Planted]] | None = None, kept: Path | None = None, **settings: Any) -> Site:
            nonlocal made
            made += 1
            home = tmp_path / f"site{made}"
            broker = stack.enter_context(servers.own(servers.RedisServer))
            if kept is None:
                home.mkdir()
            else:
                shutil.copytree(kept / "home", home)
                broker.stop()
                shutil.copytree(kept / "broker", broker.data, dirs_exist_ok=True)
                broker.start()
            site = Site(home, nursery, broker, **settings)
            for name, planted in (plants or {}).items():
                site.plants[name] += planted
            return stack.enter_context(site)

        yield make


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()


def _undisturbed(nursery: Nursery, home: Path, told: Sequence[Step]) -> dict[str, Essence]:
    with servers.own(servers.RedisServer) as broker, Site(home, nursery, broker) as site:
        teller = Teller(site, steps=told)
        teller.tell()
        return essence((fact for facts in look(site).facts.values() for fact in facts), teller.branch)


@pytest.fixture(scope="session")
def calm(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Essence]:
    """What every service says in the whole month when nothing goes wrong."""
    return _undisturbed(nursery, tmp_path_factory.mktemp("calm"), steps())


@pytest.fixture(scope="session")
def calm_short(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Essence]:
    """The same up to the end of January's meeting."""
    return _undisturbed(nursery, tmp_path_factory.mktemp("calm"), steps(SHORT))

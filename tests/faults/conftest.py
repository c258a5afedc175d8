"""The month undisturbed, and sites to disturb."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from shared.settings import SERVICES
from tests import servers
from tests.faults.month import SHORT, WHOLE, Essence, Nursery, Planted, Site, Teller, essence, look, steps


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def make_site(nursery: Nursery, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Call it for a running site of its own, broker included; plants by service are there from the first start."""
    with ExitStack() as stack:
        made = 0

        def make(plants: dict[str, list[Planted]] | None = None, **settings: Any) -> Site:
            nonlocal made
            made += 1
            home = tmp_path / f"site{made}"
            home.mkdir()
            broker = stack.enter_context(servers.own(servers.RedisServer))
            site = Site(home, nursery, broker, **settings)
            for name, planted in (plants or {}).items():
                site.plants[name] += planted
            return stack.enter_context(site)

        yield make


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()


@pytest.fixture(scope="session")
def _calm(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Essence]]:
    home = tmp_path_factory.mktemp("calm")
    with servers.own(servers.RedisServer) as broker, Site(home, nursery, broker) as site:
        teller = Teller(site)
        short, heads = len(steps(SHORT)), dict.fromkeys(SERVICES, 0)
        for number, step in enumerate(teller.steps):
            if number == short:
                site.settle()
                heads = {name: (site.health(name) or {})["log"]["index"] for name in SERVICES}
            teller.take(number, step)
        site.settle()
        facts = look(site).facts
    return {
        SHORT: essence((fact for name in SERVICES for fact in facts[name][: heads[name]]), teller.branch),
        WHOLE: essence((fact for name in SERVICES for fact in facts[name]), teller.branch),
    }


@pytest.fixture
def calm(_calm: dict[str, dict[str, Essence]]) -> dict[str, Essence]:
    """What every service says in the whole month when nothing goes wrong."""
    return _calm[WHOLE]


@pytest.fixture
def calm_short(_calm: dict[str, dict[str, Essence]]) -> dict[str, Essence]:
    """The same up to the end of January's meeting."""
    return _calm[SHORT]

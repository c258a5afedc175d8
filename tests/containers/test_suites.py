"""What holds on the servers that come as wheels holds on Redis and PostgreSQL in containers, and on compose.yaml."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from shared.settings import SERVICES
from tests.servers import free_port

HERE = Path(__file__).parents[2]
TOKEN = "token-of-a-test-deployment"
PROJECT = "chibo-test"

pytestmark = pytest.mark.timeout(1200)
"""Seconds; an image is built and whole suites run inside one test."""


def suite(*paths: str, **environment: str) -> None:
    """Run these tests in a process of their own, against what the environment names; fails with their report."""
    without = {"CHIBO_NO_SKIPS", "PYTEST_CURRENT_TEST", "PYTEST_ADDOPTS"}
    surroundings = {name: value for name, value in os.environ.items() if name not in without}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", "--no-header", *paths],
        cwd=HERE,
        env=surroundings | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


def test_the_store_keeps_its_promises_on_postgresql_in_a_container(postgres_container_url: str) -> None:
    suite("tests/store", "-m", "postgres", CHIBO_TEST_POSTGRES_URL=postgres_container_url)


def test_the_streams_keep_theirs_on_redis_in_a_container(redis_container_url: str) -> None:
    suite("tests/streams", "-m", "streams", CHIBO_TEST_REDIS_URL=redis_container_url)


# ---------------------------------------------------------------- compose


def compose(*arguments: str, **environment: str) -> None:
    """Run compose on the project's own file; fails with what it said."""
    program = ["docker-compose"] if shutil.which("docker-compose") else ["docker", "compose"]
    done = subprocess.run(
        [*program, "--project-name", PROJECT, *arguments],
        cwd=HERE,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]


def until_ready(url: str) -> None:
    """Wait for a service to say that it is ready; its container may still be starting."""
    for _ in range(600):
        with suppress(httpx.HTTPError):
            if httpx.get(f"{url}/health").json()["status"] == "ready":
                return
        time.sleep(0.2)
    pytest.fail(f"{url} did not get ready")


@pytest.fixture
def deployment(container_engine: None) -> Iterator[dict[str, str]]:
    """compose.yaml as it stands, on free ports, its clock settable; gives each service's URL."""
    image = ["docker", "build", "--network", "host", "--quiet", "--tag", "chibo:local", "."]
    built = subprocess.run(image, cwd=HERE, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-6000:]
    ports = {name: str(free_port()) for name in SERVICES}
    surroundings = {f"CHIBO_{name.upper()}_PORT": port for name, port in ports.items()}
    surroundings |= {"CHIBO_CLOCK": "settable", "CHIBO_SERVICE_TOKEN": TOKEN}
    try:
        compose("up", "--detach", "--no-build", **surroundings)
        urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        for url in urls.values():
            until_ready(url)
        yield urls
    finally:
        compose("down", "--volumes", "--timeout", "10", **surroundings)


def test_the_month_passes_on_compose(deployment: dict[str, str]) -> None:
    urls = {f"CHIBO_JOURNEY_URL_{name.upper()}": url for name, url in deployment.items()}
    suite("tests/journeys/test_october.py", **urls, CHIBO_JOURNEY_TOKEN=TOKEN)

"""A stream is read without any code of ours: by redis-cli, and by a plain client in another language."""

import asyncio
import hashlib
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shared.clock import SettableClock
from shared.stream.outbox import Outbox
from tests.servers import container_engine_missing
from tests.streams.conftest import until
from tests.streams.small_log import START, SmallLog, a_fact

HERE = Path(__file__).parent
CLIENTS = {"node": HERE / "plain_client.js", "perl": HERE / "plain_client.pl"}
WORDS = (
    "Đồng chí Trần Thị Bưởi — “ý kiến” \\ 'khác'",
    "tab\tvà xuống dòng\n",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🐃",
    "e\u0301 và é",
    '{"a":[1]}',
)


@pytest.fixture
async def sent(redis_url: str, log: SmallLog) -> list[tuple[int, bytes]]:
    """Facts with difficult words, in the stream."""
    log.append([a_fact(log.name, index, words=words) for index, words in enumerate(WORDS, 1)])
    outbox = Outbox(log, redis_url, SettableClock(START), on_past=lambda _vi, _en: None)
    outbox.start()
    await until(lambda: outbox.state.sent == len(WORDS))
    await outbox.stop()
    return log.read(0, 100, 10**6)


def run(*command: str) -> bytes:
    done = subprocess.run(command, capture_output=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


async def test_a_plain_client_in_another_language_reads_the_same_bytes(
    redis_url: str, log: SmallLog, sent: list[tuple[int, bytes]]
):
    found = {program: script for language, script in CLIENTS.items() if (program := shutil.which(language))}
    if not found:
        pytest.skip(f"none of {', '.join(CLIENTS)} is installed")
    address = urlsplit(redis_url)
    expected = [f"{index}-0 {raw.hex()} {hashlib.sha256(bytes([0]) + raw).hexdigest()} bell/1" for index, raw in sent]
    for program, script in found.items():
        command = (program, str(script), str(address.hostname), str(address.port), log.name.stream)
        assert (await asyncio.to_thread(run, *command)).decode().splitlines() == expected


async def test_redis_cli_reads_the_same_bytes(redis_url: str, log: SmallLog, sent: list[tuple[int, bytes]]):
    program = shutil.which("redis-cli") or shutil.which("valkey-cli")
    if program is None and container_engine_missing():
        pytest.skip("neither redis-cli nor valkey-cli is installed, and no container engine has one")
    client = [program] if program else ["docker", "run", "--rm", "--network", "host", "redis:8", "redis-cli"]
    told = await asyncio.to_thread(run, *client, "-u", redis_url, "--raw", "XRANGE", log.name.stream, "-", "+")
    assert told.splitlines() == [line for index, raw in sent for line in (b"%d-0" % index, b"fact", raw)]

"""The feed: every byte from the first fact on, and a log copied back is told so."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from shared.events.envelope import leaf
from shared.stream.feed import Feed, FeedAway, feed_routes
from tests.streams.small_log import SmallLog, a_fact

REFUSED: list[str] = []


@pytest.fixture
async def client(log: SmallLog) -> AsyncIterator[httpx.AsyncClient]:
    REFUSED.clear()
    app = FastAPI()
    app.include_router(feed_routes(log, lambda _vi, en: REFUSED.append(en)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://owner") as client:
        yield client


async def test_facts_come_byte_for_byte_one_line_each(client: httpx.AsyncClient, log: SmallLog):
    log.grow(1234)
    answer = await client.get("/log", params={"after": 10, "limit": 1100})
    assert answer.headers["Chibo-Log"] == str(log.name)
    assert answer.headers["Chibo-First-Index"] == "11"
    assert answer.headers["Chibo-Head"] == "1234"
    assert answer.headers["Content-Type"].startswith("application/x-ndjson")
    assert answer.content.splitlines() == [raw for _, raw in log.read(10, 1100, 10**9)]


async def test_a_reader_walks_the_whole_log(client: httpx.AsyncClient, log: SmallLog):
    log.append([a_fact(log.name, index, words="ờ" * 4000) for index in range(1, 700)])
    feed, at, got = Feed(client, "http://owner/"), 0, []
    while page := (await feed.read(at)).facts:
        got += page
        at = page[-1][0]
    assert got == log.read(0, 10**6, 10**9)
    assert (await feed.read(2000)).facts == []


async def test_the_head_says_how_far(client: httpx.AsyncClient, log: SmallLog):
    feed = Feed(client, "http://owner")
    assert (await feed.head()).index == 0
    log.grow(3)
    head = await feed.head()
    assert (head.log, head.index, head.agrees) == (log.name, 3, None)
    assert head.leaf == leaf(a_fact(log.name, 3)).hex()


async def test_who_knows_the_same_past_agrees(client: httpx.AsyncClient, log: SmallLog):
    log.grow(3)
    feed = Feed(client, "http://owner")
    assert (await feed.head(0)).agrees
    assert (await feed.head(2, leaf(a_fact(log.name, 2)))).agrees
    assert (await feed.head(3)).agrees
    assert not REFUSED


async def test_who_knows_more_or_something_else_stops_the_writing(client: httpx.AsyncClient, log: SmallLog):
    log.grow(3)
    feed = Feed(client, "http://owner")
    assert not (await feed.head(4)).agrees
    assert not (await feed.head(2, leaf(a_fact(log.name, 2, life="second")))).agrees
    assert "up to fact 4, here it ends at 3" in REFUSED[0]
    assert "Fact 2" in REFUSED[1]


async def test_bad_questions_are_refused(client: httpx.AsyncClient):
    for path in ("/log?after=-1", "/log?limit=0", "/log?limit=1000000", "/log?after=x", "/log/head?known=1&leaf=zz"):
        assert (await client.get(path)).status_code == 422


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503),
        httpx.Response(200, content=b"<html>a proxy</html>"),
        httpx.Response(
            200, content=b"{}\n", headers={"Chibo-Log": "a/b.c", "Chibo-First-Index": "9", "Chibo-Head": "9"}
        ),
        httpx.Response(
            200, content=b"{}\n{", headers={"Chibo-Log": "a/b.c", "Chibo-First-Index": "1", "Chibo-Head": "9"}
        ),
        httpx.ConnectError("nobody there"),
    ],
)
async def test_an_answer_that_is_no_feed_is_tried_again_later(answer: httpx.Response | Exception):
    def owner(_request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with httpx.AsyncClient(transport=httpx.MockTransport(owner)) as client:
        feed = Feed(client, "http://owner")
        with pytest.raises(FeedAway):
            await feed.read(0)
        with pytest.raises(FeedAway):
            await feed.head()

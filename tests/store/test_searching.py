"""Texts found by their words: the same on every database, in one branch only, gone when withdrawn, rebuilt."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pydantic import BaseModel, ConfigDict

from shared.events.envelope import Fact, LogName, Recorded
from shared.search import Rank, Text, cursor, matches, place_of, question
from shared.store import searching
from shared.store.postings import CHUNK
from shared.store.views import View, Views, open_views
from tests.store.conftest import Place
from tests.store.tally import BRANCH, OTHER, Counted, TallyFact, heard

LOG = LogName("site", "roster", "aaaa2222")
DAY = date(2026, 10, 5)


class Written(TallyFact):
    """Something was written down, in place of what stood there."""

    title: str
    body: str
    on: date


class Struck(TallyFact):
    """It was taken back."""


class Note(BaseModel):
    model_config = ConfigDict(frozen=True)
    text: tuple[date, str, str]


def _noted(_document: Note | None, recorded: Recorded[Any], _key: str) -> Note | None:
    fact = recorded.fact
    return Note(text=(fact.on, fact.title, fact.body)) if isinstance(fact, Written) else None


def _view(name: str, *, shown: bool = True) -> View[Note]:
    def text(document: Note) -> Text | None:
        return Text(*document.text) if shown else None

    return View(name, Note, frozenset({Written, Struck}), lambda recorded: (recorded.fact.tally,), _noted, text)


KNOWN: dict[str, type[Fact]] = {fact.kind(): fact for fact in (Written, Struck, Counted)}


@pytest.fixture
def notes(place: Place) -> Iterator[Views]:
    schema = place.schema and f"{place.schema}_views"
    views = open_views(
        place.views_database, "tallies", [_view("notes"), _view("quiet", shown=False)], KNOWN, schema=schema
    )
    yield views
    views.close()


class Desk:
    """Writes, strikes, finds."""

    def __init__(self, views: Views) -> None:
        self.views = views
        self.index = 0
        self.tried = 0
        self.kept: list[tuple[int, bytes]] = []

    def write(self, key: str, title: str = "", body: str = "", *, branch: str = BRANCH, on: date = DAY) -> None:
        self.say(Written(tally=key, title=title, body=body, on=on), branch)

    def say(self, fact: Fact, branch: str = BRANCH) -> None:
        self.index += 1
        self.kept.append((self.index, heard(self.index, fact, LOG, branch=branch)))
        self.views.apply(LOG, self.kept[-1:])

    def found(self, asked: str, branch: str = BRANCH, views: set[str] | None = None) -> list[Rank]:
        with self.views.read() as reader:
            total, places = reader.find(branch, sorted(views or {"notes"}), question(asked))
        assert total == len(places)
        assert places == sorted(places)
        assert all(place_of(cursor(place)) == place for place in places)
        return places

    def keys(self, asked: str, branch: str = BRANCH) -> list[str]:
        return [one.key for one in self.found(asked, branch)]


@pytest.fixture
def desk(notes: Views) -> Desk:
    return Desk(notes)


def test_exact_marks_first_then_title_then_the_newer(desk: Desk):
    desk.write("hop", "", "phù hợp thực tế", on=date(2026, 12, 1))
    desk.write("old", "", "Họp thường kỳ", on=date(2025, 1, 3))
    desk.write("new", "", "họp bất thường", on=date(2026, 1, 3))
    desk.write("title", "HỌP chi ủy", "", on=date(2020, 1, 1))
    desk.write("other", "", "hội nghị")
    assert desk.keys("họp") == ["title", "new", "old", "hop"]
    assert desk.keys("hop") == ["title", "hop", "new", "old"]
    assert desk.keys("hop thuong") == ["new", "old"]
    assert desk.keys('"hop thuong"') == ["old"]
    assert desk.keys("hợp*") == ["hop", "title", "new", "old"]
    assert desk.keys("họp nghị") == []


def test_found_in_one_branch_only(desk: Desk):
    desk.write("a", "", "đường liên thôn")
    desk.write("a", "", "đường liên xã", branch=OTHER)
    assert desk.keys("thon") == ["a"]
    assert desk.keys("thon", OTHER) == []
    assert [len(desk.found("duong", branch)) for branch in (BRANCH, OTHER, "99.001.002.000.013")] == [1, 1, 0]


def test_what_is_worded_anew_is_found_by_the_new_words_only(desk: Desk):
    desk.write("a", "Nghị quyết", "thu gom rác")
    desk.write("a", "Nghị quyết", "trồng cây")
    assert (desk.keys("rac"), desk.keys("cay"), desk.keys("nghi quyet")) == ([], ["a"], ["a"])
    desk.say(Struck(tally="a"))
    assert desk.keys("cay") == []
    desk.write("a", "", "thu gom rác")
    assert desk.keys("rac") == ["a"]


def test_several_changes_of_one_batch_leave_the_last(desk: Desk):
    facts = [Written(tally="a", title="", body=f"lần {number}", on=DAY) for number in range(5)]
    desk.views.apply(LOG, [(number, heard(number, fact, LOG, branch=BRANCH)) for number, fact in enumerate(facts, 1)])
    assert [desk.keys(f"lan {number}") for number in range(5)] == [[], [], [], [], ["a"]]


def test_a_view_without_texts_and_another_view_are_not_found(desk: Desk):
    desk.write("a", "", "đường")
    assert desk.found("duong", views={"quiet"}) == []
    assert [one.view for one in desk.found("duong", views={"quiet", "notes"})] == ["notes"]


def test_the_texts_of_what_was_found_come_in_its_order(desk: Desk):
    desk.write("a", "Họp", "một")
    desk.write("b", "Hợp", "hai")
    with desk.views.read() as reader:
        found = reader.find(BRANCH, ["notes"], question("họp")).places
        assert reader.texts(BRANCH, found) == [Text(DAY, "Họp", "một"), Text(DAY, "Hợp", "hai")]


def test_rebuilt_it_finds_the_same(desk: Desk):
    for number in range(30):
        desk.write(f"k{number % 20}", f"mục {number}", "đồng chí " * (number % 3), on=date(2026, 1, 1 + number))
    before = [desk.found(asked) for asked in ("muc", "dong chi", "mục 2*")]
    new = desk.views.begin_generation()
    new.apply(LOG, desk.kept)
    assert [desk.found(asked) for asked in ("muc", "dong chi", "mục 2*")] == before
    new.switch()
    assert [desk.found(asked) for asked in ("muc", "dong chi", "mục 2*")] == before
    desk.write("k1", "khác")
    assert len(desk.found("muc")) == len(before[0]) - 1


def test_words_of_any_length_and_signs_are_kept(desk: Desk):
    desk.write("long", "a" * 4000, "🙂 日本 " + "b" * 4000)
    assert desk.keys("a" * 40) == desk.keys("a" * 190) == desk.keys("日本") == desk.keys("aaaa*") == ["long"]
    assert desk.keys("aaaa") == []


def test_page_by_page_through_one_day_and_over_the_edge_of_a_chunk(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    with desk.views._database.writing() as cursor:
        cursor.execute("INSERT INTO findable_branch VALUES (1, ?, ?)", (BRANCH, CHUNK - 20))
    texts = {f"k{number}": Text(DAY, "", ("họp", "hợp", "chi bộ họp")[number % 3]) for number in range(40)}
    for key, text in texts.items():
        desk.write(key, text.title, text.body, on=text.on)
    sought = question("họp")
    expected = sorted(place for key, text in texts.items() if (place := matches(sought, text, "notes", key)))
    for many in (500, 3):
        monkeypatch.setattr(searching, "_MANY", many)
        pages: list[Rank] = []
        with desk.views.read() as reader:
            while shown := reader.find(BRANCH, ["notes"], sought, pages[-1] if pages else None, 7).places:
                pages += shown
        assert pages == expected


@pytest.mark.postgres
def test_two_logs_heard_at_once_leave_both_their_words(postgres_place: Place):
    """Two processes, which only PostgreSQL lets in: neither overwrites what the other put under the same word."""
    views = [
        open_views(
            postgres_place.views_database,
            "tallies",
            [_view("notes")],
            KNOWN,
            schema=f"{postgres_place.schema}_views",
        )
        for _ in range(2)
    ]
    logs = [LogName("site", service, "aaaa2222") for service in ("roster", "scheduler")]

    def told(which: int) -> None:
        for number in range(1, 31):
            fact = Written(tally=f"{which}-{number}", title="", body="họp chi bộ", on=DAY)
            views[which].apply(logs[which], [(number, heard(number, fact, logs[which], branch=BRANCH))])

    with ThreadPoolExecutor() as pool:
        list(pool.map(told, range(2)))
    with views[0].read() as reader:
        assert reader.find(BRANCH, ["notes"], question('"hop chi bo"')).total == 60
    for one in views:
        one.close()


PIECES = ["họp", "hợp", "hop", "đường", "duong", "Đường", "nghị", "quyết", "hoà", "hòa", "hoa", "22-NQ/CB", "hopx"]
LINES = some.lists(some.sampled_from(PIECES), max_size=5).map(" ".join)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    some.lists(some.tuples(some.integers(0, 5), LINES, LINES, some.integers(1, 28)), min_size=1, max_size=12),
    some.sampled_from(
        [
            "họp",
            "hop",
            "duong hop",
            '"nghi quyet"',
            "ho*",
            "hòa",
            "22-NQ/CB",
            "nghị* đ*",
            '"nghi quy*"',
            '"ngh* quyết"',
            '"hop duong" nq',
        ]
    ),
)
def test_the_index_says_what_looking_at_every_word_says(desk: Desk, written: list[Any], asked: str):
    desk.tried += 1
    branch = f"99.001.002.001.{desk.tried:03}"
    last: dict[str, Text] = {}
    for key, title, body, day in written:
        last[f"k{key}"] = Text(date(2026, 10, day), title, body)
        desk.write(f"k{key}", title, body, branch=branch, on=date(2026, 10, day))
    sought = question(asked)
    expected = [place for key, text in last.items() if (place := matches(sought, text, "notes", key)) is not None]
    assert desk.found(asked, branch) == sorted(expected)
    with desk.views.read() as reader:
        total, first = reader.find(branch, ["notes"], sought, None, 3)
        rest = reader.find(branch, ["notes"], sought, first[-1] if first else None)
        beyond = reader.find(branch, ["notes"], sought, Rank(99, 0, 0, "", ""))
    assert (total, first, first + rest.places) == (len(expected), sorted(expected)[:3], sorted(expected))
    assert (rest.total, beyond) == (total, (total, []))

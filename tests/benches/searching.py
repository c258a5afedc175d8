"""Words found among the texts of one branch, by the index, against looking at every text."""

from __future__ import annotations

from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from random import Random

from services.minutes.projections import VIEWS
from shared import events
from shared.events.envelope import LogName
from shared.events.minutes import AssignmentDecided
from shared.search import Text, fold, matches, page, question, snippet
from shared.store.views import Views, open_views
from tests import servers
from tests.benches.rounds import Line, Section, milliseconds, percentile, timed
from tests.store.tally import BRANCH, heard

TEXTS = 20_000
WORDS = 30
"""In each text."""
ASKED = 200
SHOWN = 20
LOG = LogName("bench", "minutes", "b1")
FINDABLE = tuple(view for view in VIEWS if view.name == "findable")
ONSETS = (
    "b",
    "c",
    "ch",
    "d",
    "đ",
    "g",
    "h",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "nh",
    "ph",
    "qu",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
)
VOWELS = ("a", "à", "á", "ạ", "ê", "ế", "ệ", "i", "ì", "í", "ô", "ố", "ộ", "ơ", "ờ", "ớ", "u", "ú", "ụ", "ư", "ứ", "ự")
ENDS = ("", "n", "ng", "m", "c", "t")
SYLLABLES = [onset + vowel + end for end in ENDS for vowel in VOWELS for onset in ONSETS]
KINDS = ("one word", "two words", "two words without marks", "a phrase", "a beginning")


def _texts() -> list[str]:
    """Texts in which few words stand often and many seldom, as in any language; always the same ones."""
    chance = Random(20)
    often = [1 / (place + 5) for place in range(len(SYLLABLES))]
    return [" ".join(chance.choices(SYLLABLES, often, k=WORDS)) for _ in range(TEXTS)]


def _asked(texts: list[str], kind: str) -> list[str]:
    """Questions made of words that stand together somewhere."""
    chance = Random(kind)
    found = []
    for _ in range(ASKED):
        words = chance.choice(texts).split()
        at = chance.randrange(len(words) - 1)
        pair = f"{words[at]} {words[at + 1]}"
        found.append(
            {
                "one word": words[at],
                "two words": pair,
                "two words without marks": fold(pair),
                "a phrase": f'"{pair}"',
                "a beginning": f"{words[at][:2]}* {words[at + 1]}",
            }[kind]
        )
    return found


def _filled(views: Views, texts: list[str]) -> None:
    for first in range(0, len(texts), 500):
        views.apply(LOG, [(index, _fact(index, texts[index - 1])) for index in range(first + 1, first + 501)])


def _fact(index: int, text: str) -> bytes:
    fact = AssignmentDecided(
        meeting_id=f"{BRANCH}:{2000 + index // 1000}-{index % 12 + 1:02}",
        task_id=f"T{index}",
        member_id="M01",
        text=text,
        due_on=date(2026, 10, 30),
        report_at="2026-11",
        origin="conclusion",
    )
    return heard(index, fact, LOG)


def _find(views: Views, asked: str) -> int:
    """One question answered as the service answers it: found, put in order, a page of it shown."""
    sought = question(asked)
    with views.read() as reader:
        total, places = reader.find(BRANCH, ["findable"], sought, None, SHOWN + 1)
        shown, _ = page(places, None, SHOWN)
        for text in reader.texts(BRANCH, shown):
            snippet(sought, text.body)
    return total


def _looked_at(texts: list[str], asked: str) -> int:
    sought = question(asked)
    return sum(
        matches(sought, Text(date(2026, 10, 5), "", text), "findable", str(number)) is not None
        for number, text in enumerate(texts)
    )


def measure(folder: Path) -> Section:
    texts = _texts()
    section = Section(
        "Searching",
        f"{TEXTS:,} texts of {WORDS} words in one branch, {len(SYLLABLES):,} syllables of which few are frequent; "
        f"{ASKED} questions of each kind, made of words that stand side by side in some text. Each is answered in "
        f"full: words read, index asked, everything found counted and put in order, the first {SHOWN} with their "
        "snippets; no HTTP. SQLite, then PostgreSQL on its socket, its tables analysed, as it does by itself "
        "within minutes. Against: looking at every text, kept in memory.",
    )
    with ExitStack() as stack:
        server = stack.enter_context(servers.own(servers.PostgresServer))
        for name, place in (("SQLite", f"sqlite:///{folder}/views.db"), ("PostgreSQL", server.url)):
            views = stack.enter_context(closing(open_views(place, "minutes", FINDABLE, events.ALL)))
            filling: list[float] = []
            with timed(filling):
                _filled(views, texts)
            if name == "PostgreSQL":
                with views._database.writing() as cursor:
                    cursor.execute("ANALYZE")
            section.lines += [_line(views, texts, name, kind) for kind in KINDS]
            section.notes.append(f"{name}: {TEXTS / filling[0]:,.0f} texts a second heard, kept and indexed.")
    return section


def _line(views: Views, texts: list[str], name: str, kind: str) -> Line:
    took: list[float] = []
    looking: list[float] = []
    found = []
    for number, asked in enumerate(_asked(texts, kind)):
        with timed(took):
            found.append(_find(views, asked))
        if number % (ASKED // 2) == 0:
            with timed(looking):
                if _looked_at(texts, asked) != found[-1]:
                    raise RuntimeError(asked)
    return Line(
        f"{name}, {kind} ({min(found):,} to {max(found):,} found): p50 / p95 / p99",
        milliseconds(took),
        f"every text looked at: {min(looking) * 1000:,.0f} ms",
        "p95 ≤ 20 ms",
        percentile(took, 0.95) <= 0.020,
    )

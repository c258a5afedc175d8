"""Logs copied under their writers: each whole, and none that knows more of another than the copy of that one holds."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shared.store import copying
from shared.store.copying import copy, together, verified
from shared.store.trouble import StoreTrouble, StoreUnsafe, Tampered
from tests.store.conftest import Place
from tests.store.tally import FACTS, Count, ask
from tests.store.test_heard import hear, react


class Two:
    """A log, and one that hears it."""

    def __init__(self, folder: Path) -> None:
        self.files = [folder / name / "log.db" for name in ("told", "hears")]
        self.places = [
            Place(f"sqlite:///{file}", f"sqlite:///{file.with_name('views.db')}", None) for file in self.files
        ]
        self.told, self.hearing = (place.log() for place in self.places)
        self.teller = self.places[0].writer(self.told, self.places[0].views())
        self.hearer = self.places[1].writer(self.hearing, self.places[1].views(), react=react, hears=FACTS)

    def happens(self) -> None:
        """Something is stored in the one, then heard by the other, which decides upon it."""
        before = self.told.head().index
        self.teller.submit(ask(Count(tally=f"t{before}"))).result(10)
        hear(self.hearer, self.told.name, *self.told.read(before))


class HappeningBetween:
    """Files that are looked at one after the other, while something happens between the first and the second."""

    def __init__(self, two: Two) -> None:
        self.two = two
        self.looks = 0

    def __iter__(self) -> Iterator[Path]:
        self.looks += 1
        yield self.two.files[0]
        if self.looks == 1:
            self.two.happens()
        yield self.two.files[1]


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    made = Two(tmp_path)
    made.happens()
    yield made
    for place in made.places:
        place.close()


def test_what_happens_between_two_looks_is_looked_at_again(two: Two, tmp_path: Path):
    files = HappeningBetween(two)
    told, hears = together(files)
    with closing(told), closing(hears):
        assert files.looks == 2
        assert (told.index, hears.knows[told.name]) == (2, 2)


def test_a_copy_is_the_log_as_it_stood_whatever_is_written_meanwhile(two: Two, tmp_path: Path):
    head = two.told.head()
    for snapshot in together(two.files):
        two.happens()
        snapshot.copy(tmp_path / f"{snapshot.name.epoch}.db")
        snapshot.close()
    found = verified(tmp_path / f"{two.told.name.epoch}.db")
    assert (found.index, found.root) == (head.index, head.root)
    assert verified(tmp_path / f"{two.hearing.name.epoch}.db").index == 1
    assert {file.name for file in tmp_path.glob("*.db*")} == {f"{log.name.epoch}.db" for log in (two.told, two.hearing)}


def test_a_log_older_than_what_another_knows_of_it_is_not_copied(two: Two, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(copying, "LOOKS", 2)
    yesterday = two.files[0].with_name("yesterday.db")
    copy(two.files[0], yesterday)
    two.happens()
    with pytest.raises(StoreUnsafe, match=r"up to fact 2.* an old copy was put back"):
        together([yesterday, two.files[1]])


def test_what_is_no_log_says_so(tmp_path: Path):
    (tmp_path / "log.db").write_bytes(b"not a database, but longer than a page header would be" * 20)
    with pytest.raises(StoreTrouble):
        together([tmp_path / "log.db"])


def test_a_copy_in_which_one_letter_was_changed_is_noticed(two: Two, tmp_path: Path):
    (snapshot,) = together(two.files[:1])
    snapshot.copy(tmp_path / "copy.db")
    snapshot.close()
    raw = (tmp_path / "copy.db").read_bytes()
    assert b'"by":1' in raw
    (tmp_path / "copy.db").write_bytes(raw.replace(b'"by":1', b'"by":2'))
    with pytest.raises(Tampered):
        verified(tmp_path / "copy.db")

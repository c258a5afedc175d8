"""Packed sets of numbers hold what sets hold, whatever came and went."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from shared.store.postings import CHUNK, FEW, changed, gathered, joined, members

NUMBERS = some.sets(some.integers(0, CHUNK - 1), max_size=2 * FEW)


@given(some.lists(some.tuples(NUMBERS, NUMBERS), max_size=5))
def test_a_chunk_holds_what_a_set_holds(steps: list[tuple[set[int], set[int]]]):
    inside: set[int] = set()
    packed = b""
    for come, gone in steps:
        packed = changed(packed, come - inside, gone & inside - come)
        inside = (inside - gone) | come
        assert set(members(joined([(0, packed)]))) == inside
        assert len(packed) <= CHUNK // 8
        assert (packed == b"") == (not inside)


@given(some.lists(some.tuples(some.integers(0, 3), NUMBERS), max_size=6))
def test_chunks_are_joined_in_their_places(chunks: list[tuple[int, set[int]]]):
    whole = joined((place, changed(b"", numbers, ())) for place, numbers in chunks)
    expected = {place * CHUNK + number for place, numbers in chunks for number in numbers}
    assert list(members(whole)) == sorted(expected)
    assert whole == gathered(expected)
    assert whole.bit_count() == len(expected)

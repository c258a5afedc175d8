"""The tree agrees with RFC 6962, told as the recursion of its text."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.store.tree import EMPTY, HASH, grow, node, root


def by_the_text(leaves: list[bytes]) -> bytes:
    """Section 2.1: split at the largest power of two smaller than the size."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + by_the_text(leaves[:split]) + by_the_text(leaves[split:])).digest()


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


# Entries and roots as the test of the first Certificate Transparency implementation has them.
ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size):
    leaves = [leaf(bytes.fromhex(entry)) for entry in ENTRIES[:size]]
    assert root(grow(b"", 0, leaves)).hex() == ROOTS[size]


@given(st.integers(0, 300), st.data())
def test_the_frontier_gives_the_root_of_the_whole_tree_however_it_grew(size, data):
    leaves = [leaf(str(number).encode()) for number in range(size)]
    cuts = sorted(data.draw(st.lists(st.integers(0, size), max_size=5)))
    frontier, at = b"", 0
    for cut in [*cuts, size]:
        frontier = grow(frontier, at, leaves[at:cut])
        at = cut
    assert len(frontier) == HASH * size.bit_count()
    assert root(frontier) == by_the_text(leaves)


def test_leaves_and_nodes_cannot_be_mistaken_for_one_another():
    left, right = leaf(b"a"), leaf(b"b")
    assert node(left, right) != leaf(left + right)


def test_a_frontier_of_another_size_is_refused():
    frontier = grow(b"", 0, [leaf(b"a"), leaf(b"b"), leaf(b"c")])
    with pytest.raises(ValueError, match="no frontier of 4"):
        grow(frontier, 4, [leaf(b"d")])


def test_the_root_of_an_empty_tree_is_the_published_one():
    assert root(b"") == EMPTY == by_the_text([])

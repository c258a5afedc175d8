"""The Merkle tree over a log's facts (RFC 6962, section 2.1): which facts, in which order, as one hash.

A frontier is the compact range of a tree: the roots of its perfect subtrees from left to right, one for each
binary digit 1 of its size. It is all that is needed to append, and its root is the tree's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

HASH = 32
EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(frontier: bytes, size: int, leaves: Iterable[bytes]) -> bytes:
    """The frontier of the tree of ``size`` leaves after appending these leaf hashes.

    Raises ValueError when the frontier does not belong to a tree of this size.
    """
    if len(frontier) != HASH * size.bit_count():
        raise ValueError(f"{len(frontier)} bytes are no frontier of {size} leaves")
    peaks = [frontier[at : at + HASH] for at in range(0, len(frontier), HASH)]
    for leaf in leaves:
        peak, rest = leaf, size
        while rest & 1:
            peak = node(peaks.pop(), peak)
            rest >>= 1
        peaks.append(peak)
        size += 1
    return b"".join(peaks)


def root(frontier: bytes) -> bytes:
    """The root hash of the tree this frontier belongs to."""
    if not frontier:
        return EMPTY
    peaks = [frontier[at : at + HASH] for at in range(0, len(frontier), HASH)]
    whole = peaks.pop()
    while peaks:
        whole = node(peaks.pop(), whole)
    return whole

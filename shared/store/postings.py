"""Sets of small numbers: which texts of a branch contain a word, packed for a table, as one integer for counting.

A set is cut into chunks of 4,096 numbers. A packed chunk holds few numbers as two bytes each, many as one bit each;
unpacked, all chunks together are one integer whose bit n says whether n is in. Such integers are joined, cut, and
counted by the machine, thousands of texts at a time.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Iterator

CHUNK = 4096
"""Numbers of a chunk."""
FEW = 128
"""From so many numbers on a chunk is packed as bits."""
_BYTES = CHUNK // 8
_BIT = tuple(1 << place for place in range(8))


def changed(chunk: bytes, come: Collection[int], gone: Collection[int]) -> bytes:
    """A packed chunk after numbers came that were not in and others went that were; empty when none is left."""
    if not gone and len(chunk) // 2 + len(come) < FEW:
        return chunk + struct.pack(f"<{len(come)}H", *come)
    inside = (joined([(0, chunk)]) | gathered(come)) & ~gathered(gone)
    many = inside.bit_count()
    return inside.to_bytes(_BYTES, "little") if many >= FEW else struct.pack(f"<{many}H", *members(inside))


def joined(chunks: Iterable[tuple[int, bytes]]) -> int:
    """All numbers of some packed chunks, each with its place among the chunks; the same chunk may come repeatedly."""
    whole = 0
    few: list[tuple[int, bytes]] = []
    for place, chunk in chunks:
        if len(chunk) < _BYTES:
            few.append((place, chunk))
        else:
            whole |= int.from_bytes(chunk, "little") << place * CHUNK
    if not few:
        return whole
    bits = bytearray((max(few)[0] + 1) * _BYTES)
    for place, chunk in few:
        _set(bits, place * _BYTES, struct.unpack(f"<{len(chunk) // 2}H", chunk))
    return whole | int.from_bytes(bits, "little")


def gathered(numbers: Iterable[int]) -> int:
    """Numbers as one integer."""
    inside = tuple(numbers)
    bits = bytearray(max(inside, default=0) // 8 + 1)
    _set(bits, 0, inside)
    return int.from_bytes(bits, "little")


def members(whole: int) -> Iterator[int]:
    """The numbers that are in, from the smallest on."""
    bits = bin(whole)[:1:-1]
    at = bits.find("1")
    while at >= 0:
        yield at
        at = bits.find("1", at + 1)


def _set(bits: bytearray, start: int, numbers: Iterable[int]) -> None:
    for number in numbers:
        bits[start + (number >> 3)] |= _BIT[number & 7]

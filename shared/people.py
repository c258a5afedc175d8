"""Names of people: opened for those who may read them, sorted as Vietnamese lists are, told apart when alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from shared.events.sealed import Keys, Private, open_sealed
from shared.search import letters

_ALPHABET = "0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACE = {letter: place for place, letter in enumerate(_ALPHABET, 1)}


class SealedName(BaseModel):
    """A name as a roster fact carries it, with the id of that fact, without which it cannot be opened."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fact: str
    name: Private
    given: Private | None = None
    born: Private | None = None


class Name(NamedTuple):
    """An opened name."""

    full: str
    given: str


def opened(sealed: SealedName, keys: Keys) -> Name | None:
    """The name, or None when its key was destroyed."""
    full = open_sealed(sealed.fact, sealed.name, keys)
    if full is None:
        return None
    given = open_sealed(sealed.fact, sealed.given, keys) if sealed.given is not None else None
    return Name(full, given or full)


def tidy(text: str) -> str:
    """Text as it is kept: NFC, without blanks around it or doubled inside it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


SortKey = tuple[tuple[int, ...], tuple[int, ...], str]


def sort_key(text: str) -> SortKey:
    """Order of the Vietnamese alphabet (a ă â … d đ …), word by word; tones decide only between equal letters."""
    places: list[int] = []
    tones: list[int] = []
    for word in tidy(text).split():
        signs, tone = letters(word)
        places += [0, *(_PLACE.get(letter, 100 + ord(letter)) for letter in signs if letter.isalnum())]
        tones.append(tone)
    return tuple(places), tuple(tones), text


def by_given_name(name: Name) -> tuple[SortKey, SortKey]:
    """How Vietnamese lists are sorted: by the given name, then by the full one."""
    return sort_key(name.given), sort_key(name.full)


def plain(text: str) -> str:
    """Text without tones, shapes, đ, case and signs between words: what two spellings have in common."""
    folded = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    kept = (sign if sign.isalnum() else " " for sign in folded if not unicodedata.combining(sign) and sign not in "'’ʼ")
    return " ".join("".join(kept).split())


def alike(one: str, other: str) -> bool:
    """Whether two names could be one person's, spelled twice.

    Equal but for tones, đ, i and y, case, signs, the way Unicode writes them, or the order of the words.
    """
    return _skeleton(one) == _skeleton(other)


def _skeleton(name: str) -> list[str]:
    return sorted(plain(name).replace("y", "i").split())


def look_alikes(names: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """From (id, full name): the pairs of ids whose names are alike, in the order given."""
    groups: dict[tuple[str, ...], list[str]] = {}
    order: dict[str, int] = {}
    for member_id, name in names:
        order[member_id] = len(order)
        groups.setdefault(tuple(_skeleton(name)), []).append(member_id)
    pairs = [pair for ids in groups.values() for pair in combinations(ids, 2)]
    return tuple(sorted(pairs, key=lambda pair: (order[pair[0]], order[pair[1]])))

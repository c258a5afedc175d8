"""A rule profile that was published once is never changed: other words or numbers are a new version.

Sites that have published a text refuse another one under the same version. A missing digest is written by
``CHIBO_WRITE_SAMPLES=1 pytest tests/contracts``; one that stands is never written anew.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from shared.rules import read, shipped_texts

PUBLISHED = Path(__file__).with_name("published_rules.txt")


def shipped() -> dict[str, str]:
    """Each profile's id@version with the digest of its text."""
    return {read(name, text).ref: hashlib.sha256(text.encode()).hexdigest() for name, text in shipped_texts()}


def published() -> dict[str, str]:
    """A line for each: digest, two spaces, id@version."""
    lines = PUBLISHED.read_text().splitlines() if PUBLISHED.exists() else []
    return {ref: digest for digest, _, ref in (line.partition("  ") for line in lines)}


def test_a_published_version_is_shipped_as_it_was_published():
    if os.environ.get("CHIBO_WRITE_SAMPLES") == "1":
        known = shipped() | published()
        PUBLISHED.write_text("".join(f"{known[ref]}  {ref}\n" for ref in sorted(known)))
    changed = {ref for ref, digest in shipped().items() if published().get(ref) != digest}
    assert not changed, f"published otherwise: {sorted(changed)}; give them a new version"


def test_what_was_published_is_still_shipped():
    """Old meetings are pinned to old versions."""
    assert published().keys() <= shipped().keys()

"""Where the texts of meetings are found, and what each of them belongs to."""

from __future__ import annotations

from services.minutes.domain.findable import KINDS, Findable, SealedText
from shared.service.searching import About, Searched


def _open(one: Findable) -> About:
    vi, en = KINDS[one.kind]
    return About(kind=one.kind, vi=vi, en=en, meeting_id=one.meeting_id)


def _sealed(one: SealedText) -> About:
    vi, en = KINDS[one.kind]
    return About(kind=one.kind, vi=vi, en=en, meeting_id=one.meeting_id, fact_id=one.fact_id)


SEARCHED = Searched(open={"findable": _open}, sealed={"sealed_texts": _sealed})

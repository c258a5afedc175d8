"""Where the texts of meetings are found, and what each of them belongs to."""

from __future__ import annotations

from services.minutes.application.scans import MARKS
from services.minutes.domain.findable import KINDS, Findable, OldPage, SealedText
from shared.service.searching import About, Searched


def _open(one: Findable) -> About:
    vi, en = KINDS[one.kind]
    return About(kind=one.kind, vi=vi, en=en, meeting_id=one.meeting_id)


def _sealed(one: SealedText) -> About:
    vi, en = KINDS[one.kind]
    return About(kind=one.kind, vi=vi, en=en, meeting_id=one.meeting_id, fact_id=one.fact_id)


def _old(one: OldPage) -> About:
    vi, en = MARKS["verified" if one.verified else "unverified"]
    return About(
        kind="old_minutes",
        vi=f"Biên bản giấy trang {one.page}, {vi}",
        en=f"Paper minutes, page {one.page}, {en}",
        fact_id=one.fact_id,
    )


SEARCHED = Searched(open={"findable": _open}, sealed={"sealed_texts": _sealed, "old_pages": _old})

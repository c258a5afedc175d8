"""Secret ballots: no two tallies may be kept whose difference shows how a few voters voted (R35)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from shared.days import VIETNAM
from shared.decision import Refused
from shared.events.wording import many


class Counted(NamedTuple):
    """A tally that is kept: when it was counted, and who could vote then."""

    at: datetime
    voters: frozenset[str]


def must_show_nobody(voters: frozenset[str], kept: Iterable[Counted], minimum: int) -> None:
    """Refused where so few came or left since a tally on the same question that the two would show their ballots.

    Among the same voters a second tally puts right a miscount and shows nobody; with as many others as make a
    ballot secret by itself, it is another ballot.
    """
    for one in kept:
        others = len(one.voters ^ voters)
        if 0 < others < minimum:
            raise Refused(
                f"Từ lần bỏ phiếu kín lúc {one.at.astimezone(VIETNAM):%H:%M} về việc này có {others} đồng chí có quyền "
                f"biểu quyết đã vào hoặc ra. Ghi thêm một kết quả thì so hai kết quả sẽ lộ phiếu của {others} đồng chí "
                "đó. Đồng chí kiểm đếm khi có mặt đúng những người đã bỏ phiếu, hoặc đưa ra bỏ phiếu ở buổi họp sau; "
                "phần đã nhập vẫn còn.",
                f"Since the secret ballot on this at {one.at.astimezone(VIETNAM):%H:%M}, {many(others, 'voter')} came "
                "or left. A second tally beside the first would show how they voted. Count while exactly those who "
                "voted are present, or put it to the ballot at a later meeting; what you typed is kept.",
                code="R35",
            )

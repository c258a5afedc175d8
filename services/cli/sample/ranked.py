"""The leaders' quarters: opened, own word, the committee's proposal, the cell's vote, the superior's approval."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from services.cli.sample.script import Script, local
from services.cli.sample.sheet import code, sheet
from services.cli.sample.year import SECRETARY, base, voters

RANK = "good"
"""What 70 to 89 points give; the committee proposes and the cell votes no other."""


def quarters(script: Script) -> None:
    """As far as each has come when the story stops."""
    for quarter in sheet()["quarters"]:
        _quarter(script, quarter)


def _quarter(script: Script, quarter: dict[str, Any]) -> None:
    about = {"period": quarter["period"]}
    opened = datetime.combine(quarter["opened"], time(9))
    script.at(opened, SECRETARY, "OpenAppraisal", **about)
    for member, points in quarter["points"].items():
        script.at(
            opened + timedelta(hours=10), member, "FileAppraisal",
            member_id=member, proposed_rank=RANK, points=str(points), **about,
        )  # fmt: skip
    if "meeting" not in quarter:
        return
    held = quarter["meeting"]
    script.at(
        local(f"{held - timedelta(days=1)} 09:00"), SECRETARY, "ProposeRanks",
        entries=[
            {"member_id": member, "points": str(points), "remedied": True}
            for member, points in quarter["points"].items()
        ],
        **about,
    )  # fmt: skip
    for member in quarter["points"]:
        script.at(
            local(f"{held} 08:58"), SECRETARY, "RecordAppraisalVote",
            meeting_id=f"{code()}:{held:%Y-%m}", member_id=member, rank=RANK,
            for_=voters(base(held)), against=0, other=0, **about,
        )  # fmt: skip
    script.at(datetime.combine(quarter["sent"], time(9)), SECRETARY, "SendRanking", **about)
    script.at(
        datetime.combine(quarter["approved"], time(9)), sheet()["branch"]["follower"]["id"], "ApproveRanking",
        decision_no=quarter["decision"], approved_on=str(quarter["approved"]), **about,
    )  # fmt: skip

"""Policy brought to the cell: documents presented and caught up on, theory studied and made up (R39)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from services.cli.sample.script import Script, local
from services.cli.sample.sheet import code, sheet
from services.cli.sample.year import SECRETARY, WRITER

ITEM = 7
"""The agenda's item for policy."""
TITLES = {"HD MẪU-11": "Hướng dẫn mẫu về sinh hoạt chi bộ", "CV MẪU-12": "Công văn mẫu về khắc phục hậu quả bão"}


def documents(script: Script) -> None:
    """From its arrival to the last who had been absent."""
    for number, document in enumerate(sheet()["documents"]):
        _document(script, document, number)


def _document(script: Script, document: dict[str, Any], number: int) -> None:
    doc_no, meeting = document["doc_no"], f"{code()}:{document['meeting']:%Y-%m}"
    received = datetime.combine(document["received"], time(8, 30))
    script.at(
        received, SECRETARY, "PublishPolicyDocument",
        doc_no=doc_no, title=TITLES[doc_no], grade=document["grade"], issuer="Ban Tổ chức Tỉnh ủy (mẫu)",
        received_on=str(document["received"]),
    )  # fmt: skip
    script.at(
        received + timedelta(minutes=10), SECRETARY, "AssignDissemination",
        doc_no=doc_no, title=TITLES[doc_no], member_id=document["by"], meeting_id=meeting,
    )  # fmt: skip
    script.at(
        local(f"{document['meeting']} 14:{46 + number}"), WRITER, "DisseminatePolicy",
        meeting_id=meeting, doc_no=doc_no, title=TITLES[doc_no], by=document["by"], item=ITEM,
        catch_up_by=str(max(document["caught_up"].values())),
    )  # fmt: skip
    for member, on in document["caught_up"].items():
        script.at(
            datetime.combine(on, time(9)), member, "CatchUpOnPolicy",
            meeting_id=meeting, doc_no=doc_no, member_id=member,
        )  # fmt: skip


def study(script: Script) -> None:
    """Who came to a session; who had not makes it up."""
    told = sheet()["study_2026"]
    for number, attended in told["attended"].items():
        held: date = told["held"][number]
        about = {"session_id": f"HT{number}", "title": told["titles"][number], "held_on": str(held)}
        evening = datetime.combine(held, time(17))
        script.at(evening, SECRETARY, "RecordStudySession", place="Phòng họp tầng 2", **about)
        script.at(evening, WRITER, "RecordStudy", attended=attended, make_up_by=str(held + timedelta(days=15)), **about)
    last = max(told["attended"])
    for member, on in told["make_up"].items():
        script.at(datetime.combine(on, time(16)), member, "MakeUpStudy", session_id=f"HT{last}", member_id=member)

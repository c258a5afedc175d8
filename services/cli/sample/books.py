"""What the sample branch has beside the cell's own book: the tree above it, old minutes scanned, two other books."""

from __future__ import annotations

import io
import textwrap
from datetime import datetime, time, timedelta
from importlib.resources import as_file
from typing import Any

from services.cli.sample.script import Data, Script, local
from services.cli.sample.sheet import code, members, sheet
from services.cli.sample.year import BEGAN, ON_PAPER, SECRETARY, WRITER, base
from services.cli.site import Site

A4 = (1240, 1754)
"""Pixels of a page scanned at 150 dots per inch."""


def tell(script: Script) -> None:
    """Section K of the sheet."""
    organisations(script)
    heads(script)
    pledges(script)
    old_minutes(script)
    for meeting in sheet()["book_meetings"]:
        book(script, meeting)


def organisations(script: Script) -> None:
    """The organisations above, down to the branch; what concerns the tree is asked for the province."""
    province, *_ = codes = [one["code"] for one in sheet()["organisations"]]
    for superior, one in zip((None, *codes), sheet()["organisations"], strict=False):
        script.at(
            f"{BEGAN} 07:50", "operator", "RegisterOrganisation", branch=province,
            code=one["code"], name=one["name"], organisation=one["kind"], superior=superior,
            decision_no="QĐ MẪU-01", effective_on=str(sheet()["branch"]["term"]["opened_on"]),
        )  # fmt: skip


def heads(script: Script) -> None:
    """Where papers are dated, and whose name the other two books bear."""
    for head in sheet()["paper_heads"]:
        script.at(f"{BEGAN} 08:25", SECRETARY, "SetPaperHead", from_on=str(BEGAN), **head)


def pledges(script: Script) -> None:
    """Each member's pledge of the year, filed by its day."""
    told = sheet()["pledges"]
    for number, member in enumerate(base(told["filed"])):
        on_paper = member == ON_PAPER
        script.at(
            datetime.combine(told["filed"], time(9)) + timedelta(minutes=number), member, "FilePledge",
            member_id=member, year=told["year"], filed_on=str(told["filed"]), kept_where=told["kept"],
            enteredby=WRITER if on_paper else None, medium="paper" if on_paper else None,
        )  # fmt: skip


def old_minutes(script: Script) -> None:
    """Two pages from paper: both typed, one of them compared with the picture."""
    old = sheet()["old_minutes"]
    about: dict[str, Any] = {"scan_id": old["id"]}
    scanned = local(old["scanned"])
    script.at(
        scanned, old["by"], "DigitiseMinutes", book="cell", volume=old["volume"], number=old["number"],
        held_on=str(old["held"]), scanned_by=old["by"], compared_by=old["compared_by"], prepare=_brought, **about,
    )  # fmt: skip
    for number, (page, text) in enumerate(old["pages"].items(), 1):
        script.at(
            scanned + timedelta(minutes=10 * number), old["by"], "EnterPageText",
            page=page, how="typed", member_id=old["by"], text=text, **about,
        )  # fmt: skip
    script.at(
        scanned + timedelta(minutes=30), old["compared_by"], "ConfirmPageText",
        page=min(old["pages"]), revision=1, member_id=old["compared_by"], **about,
    )  # fmt: skip


def _brought(site: Site, data: Data) -> Data:
    """Bring the scan in; then a command may name it, page by page."""
    old = sheet()["old_minutes"]
    kept = site["minutes"].bring(
        f"/branches/{code()}/files", scan(list(old["pages"].values())), actor=old["by"], name="bien-ban-2021-03.tif"
    )
    pages = [{"page": page, "sha256": kept["sha256"], "at": at} for at, page in enumerate(old["pages"], 1)]
    return data | {"pages": pages}


def scan(texts: list[str]) -> bytes:
    """Pages as a scanner delivers them: one TIFF, black on white; the same texts give the same bytes."""
    from PIL import Image, ImageDraw, ImageFont

    from shared.documents.letters import FONTS

    with as_file(FONTS / "LiberationSerif-Regular.ttf") as font:
        letters = ImageFont.truetype(str(font), 44)
    pages = []
    for text in texts:
        page = Image.new("1", A4, 1)
        ImageDraw.Draw(page).multiline_text((140, 180), textwrap.fill(text, 44), font=letters, fill=0, spacing=22)
        pages.append(page)
    file = io.BytesIO()
    first, *others = pages
    first.save(file, "TIFF", save_all=True, append_images=others, compression="group4", dpi=(150, 150))
    return file.getvalue()


def book(script: Script, meeting: dict[str, Any]) -> None:
    """A meeting in one of the other two books: called where it is, then written line by line and adopted."""
    at, keeper = local(meeting["at"]), meeting["by"]
    about: dict[str, Any] = {"meeting_id": f"{code()}:{meeting['id']}"}
    ours = {member["id"] for member in members()}
    people = [{"person_id": id, "member_id" if who in ours else "name": who} for id, who in meeting["people"].items()]
    place = sheet()["charter"]["place"]
    if "told" in meeting:
        told = local(meeting["told"])
        script.at(
            told, keeper, "ScheduleUnitMeeting", title=meeting["title"], period=f"{at:%Y-%m}", on=f"{at:%Y-%m-%d}",
            starts_at=f"{at:%H:%M}", place=place, participants=people, **about,
        )  # fmt: skip
        script.at(told + timedelta(minutes=5), keeper, "SendUnitNotice", **about)
    script.at(
        at, keeper, "OpenBookMeeting", title=meeting["title"], place=place, chair_id=meeting["chair"],
        minute_taker_id=meeting["taker"], people=people, **about,
    )  # fmt: skip
    for number, line in enumerate(meeting["lines"], 1):
        script.at(
            at + timedelta(minutes=10 * number), keeper, "WriteBookLine",
            number=number, speaker_id=line["of"], text=line["text"], **about,
        )  # fmt: skip
    script.at(at + timedelta(minutes=50), keeper, "AdoptBookMinutes", agreed=meeting["agreed"], **about)
    script.at(at + timedelta(minutes=51), keeper, "CloseBookMeeting", **about)

"""What becomes of minutes after the meeting: signed by two, countersigned, sent out, their score confirmed."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from services.cli.sample.script import Script, local
from services.cli.sample.sheet import code, sheet


def enrol(script: Script) -> None:
    """Each who signs makes a key under the PIN the sheet names."""
    for member, pin in sheet()["signing"]["pins"].items():
        when = datetime.combine(sheet()["signing"]["enrolled_on"], time(8))
        script.at(when, member, "EnrolSigningKey", pin=pin)


def sign(script: Script, meeting_id: str, when: datetime, member: str) -> None:
    """A member signs the minutes; with the second signature the site adds its own."""
    script.at(when, member, "SignMinutes", pin=sheet()["signing"]["pins"][member], meeting_id=meeting_id)


def send_out(script: Script, meeting_id: str, closed: datetime, *, by: str, chair: str, scored: bool) -> None:
    """Signed where the branch signs here by then; sent out the same day; the score confirmed the next."""
    if closed.date() >= sheet()["signing"]["enrolled_on"]:
        sign(script, meeting_id, closed + timedelta(minutes=30), by)
        sign(script, meeting_id, closed + timedelta(minutes=42), chair)
    script.at(
        closed + timedelta(minutes=112), chair, "PublishPackage", meeting_id=meeting_id, targets=["superior", "members"]
    )
    if scored:
        follower = sheet()["branch"]["follower"]["id"]
        next_day = local(f"{closed.date() + timedelta(days=1)} 09:00")
        script.at(next_day, follower, "ConfirmMeetingScore", meeting_id=meeting_id)


def correction(script: Script) -> None:
    """After the meeting somebody asks for a line to be put right; the signed minutes stay as they are (R43)."""
    asked = sheet()["october"]["correction"]
    script.at(
        datetime.fromisoformat(asked["asked"]), asked["asked_by"], "RequestCorrection",
        meeting_id=f"{code()}:2026-10", correction_id="DC1", member_id=asked["asked_by"], line=asked["line"],
        before=asked["before"], after=asked["after"],
    )  # fmt: skip

"""The door: that something classified was turned away is kept, and nothing else of it (R33)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from services.hub.domain.known import BRINGS_PAPERS, Known
from shared.decision import Asked, Command, Noun, Refused
from shared.events.hub import SecurityGradeRejected


@dataclass(frozen=True)
class Gate:
    """How often something was turned away."""

    rejected: int = 0


class RefuseGradedMaterial(Command):
    """Note that something classified was turned away; there is nowhere to say what it was."""

    MAY = BRINGS_PAPERS

    def subject(self, branch: str) -> str:
        return f"gate/{branch}"


def graded() -> Refused:
    """What whoever brings something classified is told."""
    return Refused(
        "Hệ thống không nhận văn bản có độ mật. Không có gì được lưu. Đồng chí xử lý văn bản này ngoài hệ thống, trong "
        "chương trình ghi «nội dung xử lý ngoài hệ thống».",
        "Classified documents are not taken here and nothing was stored. Deal with it outside the system; on the "
        "agenda write “dealt with outside the system”.",
        code="R33",
    )


def decide(_gate: Gate, _command: RefuseGradedMaterial, asked: Asked[Known]) -> tuple[SecurityGradeRejected, ...]:
    """That it happened."""
    return (SecurityGradeRejected(branch=asked.branch),)


def evolve(gate: Gate, fact: SecurityGradeRejected) -> Gate:
    """One more turned away."""
    match fact:
        case SecurityGradeRejected():
            return Gate(gate.rejected + 1)
        case _:
            assert_never(fact)


GATE: Noun[Gate, Known] = Noun(
    name="gate", initial=Gate(), decide=decide, evolve=evolve, commands=(RefuseGradedMaterial,)
)

"""The tree of organisations: registered under a superior, moved, merged, split, dissolved; each from a day on."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.envelope import BranchCode, Fact, Line, Told

OrganisationKind = Literal["province", "superior", "grassroots", "sub_committee", "branch"]
ORGANISATION_WORDS: dict[OrganisationKind, tuple[str, str]] = {
    "province": ("đảng bộ tỉnh, thành phố", "the organisation of a province"),
    "superior": ("cấp ủy cấp trên trực tiếp của tổ chức cơ sở đảng", "the superior of grassroots organisations"),
    "grassroots": ("tổ chức cơ sở đảng", "a grassroots organisation"),
    "sub_committee": ("đảng bộ bộ phận", "a sub-committee"),
    "branch": ("chi bộ", "a branch"),
}


class OrganisationFact(Fact):
    """What happens to organisations of one province; ``root`` is the province's code and names the tree."""

    OWNER: ClassVar[str] = "roster"

    root: BranchCode
    decision_no: Line
    effective_on: date

    def subject(self) -> str:
        return f"tree/{self.root}"

    def _by(self) -> tuple[str, str]:
        return (
            f"theo quyết định số {self.decision_no}, từ ngày {self.effective_on:%d/%m/%Y}",
            f"by decision {self.decision_no} as of {self.effective_on:%d/%m/%Y}",
        )


class OrganisationRegistered(OrganisationFact):
    """An organisation stands under its superior from a day on."""

    code: BranchCode
    name: Line
    organisation: OrganisationKind
    superior: BranchCode | None = None
    """None for the province itself."""

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        under = f", trực thuộc {self.superior}" if self.superior else ""
        return f"{self.name} (mã {self.code}, {ORGANISATION_WORDS[self.organisation][0]}){under} {self._by()[0]}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        under = f" under {self.superior}" if self.superior else ""
        return f"{self.name} ({self.code}, {ORGANISATION_WORDS[self.organisation][1]}){under} {self._by()[1]}."


class OrganisationReparented(OrganisationFact):
    """An organisation stands under another superior from a day on; its code stays what its records are found by."""

    code: BranchCode
    from_superior: BranchCode | None
    superior: BranchCode

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Tổ chức {self.code} chuyển về trực thuộc {self.superior} {self._by()[0]}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"{self.code} was placed under {self.superior} {self._by()[1]}."


class OrganisationsMerged(OrganisationFact):
    """Some organisations ended and live on in another one."""

    merged: Annotated[tuple[BranchCode, ...], Field(min_length=1)]
    into: BranchCode

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        which = "Các tổ chức" if len(self.merged) > 1 else "Tổ chức"
        return f"{which} {', '.join(self.merged)} sáp nhập vào {self.into} {self._by()[0]}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        were = "were" if len(self.merged) > 1 else "was"
        return f"{', '.join(self.merged)} {were} merged into {self.into} {self._by()[1]}."


class OrganisationSplit(OrganisationFact):
    """An organisation was divided; it ends, or goes on beside what came out of it."""

    code: BranchCode
    into: Annotated[tuple[BranchCode, ...], Field(min_length=1)]
    continues: bool

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        stays = "; tổ chức cũ tiếp tục hoạt động," if self.continues else ""
        return f"Tổ chức {self.code} chia tách, lập {', '.join(self.into)}{stays} {self._by()[0]}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        stays = "; the old one goes on;" if self.continues else ""
        return f"{self.code} was split, giving {', '.join(self.into)}{stays} {self._by()[1]}."


class OrganisationDissolved(OrganisationFact):
    """An organisation ended."""

    code: BranchCode

    def vi(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"Tổ chức {self.code} giải thể {self._by()[0]}."

    def en(self, tell: Told) -> str:  # noqa: ARG002 the same question to every fact
        return f"{self.code} was dissolved {self._by()[1]}."


AnyOrganisationFact = (
    OrganisationRegistered | OrganisationReparented | OrganisationsMerged | OrganisationSplit | OrganisationDissolved
)

FACTS: tuple[type[Fact], ...] = (
    OrganisationRegistered,
    OrganisationReparented,
    OrganisationsMerged,
    OrganisationSplit,
    OrganisationDissolved,
)

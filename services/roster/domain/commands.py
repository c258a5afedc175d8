"""What can be asked about a branch and the people in it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from services.roster.domain.importing import Row
from shared.decision import Command
from shared.events.branch import Charter, Reach, Role, Sex, Sha256, Status, Whose
from shared.events.envelope import Line, MemberId
from shared.events.sealed import PrivateText, Secret
from shared.people import tidy

SENT_AT_ONCE = 500
"""Rows a confirmation may carry; how many fit into one fact is judged with a sentence."""


class BranchCommand(Command):
    """A wish about a branch and the people in it."""

    MAY: ClassVar[frozenset[str]] = frozenset({"secretary", "deputy_secretary", "operator"})
    READS_OWN: ClassVar[bool] = True

    def subject(self, branch: str) -> str:
        return f"branch/{branch}"


class RegisterBranch(BranchCommand):
    """Make a branch known here, with the organisation above it and who follows it from there."""

    MAY: ClassVar[frozenset[str]] = frozenset({"operator"})

    name: Line
    superior: Line
    follower_id: MemberId | None = None
    follower_name: PrivateText | None = None
    effective_on: date


class DissolveBranch(BranchCommand):
    """End a branch by decision; the clock says it for a branch that ended in the tree of organisations."""

    MAY: ClassVar[frozenset[str]] = frozenset({"operator", "superior", "clock"})

    decision_no: Line
    effective_on: date


class AdoptCharter(BranchCommand):
    """Take down the charter the cell agreed."""

    charter: Charter


class SetPaperHead(BranchCommand):
    """Say what stands at the head of papers: where the cell dates its own, whose name a unit's book bears."""

    whose: Whose
    place: Line | None = None
    name: Line | None = None
    above: Line | None = None
    from_on: date


class ImportRow(BaseModel):
    """One row of the list as the preview gave it back."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    line: Annotated[int, Field(ge=1)]
    member_id: MemberId
    name: PrivateText
    given: PrivateText
    sex: Sex | None = None
    born: PrivateText | None = None
    status: Status = "official"
    since: date | None = None
    until: date | None = None
    roles: tuple[Role, ...] = ()
    reach: Reach = "telephone"

    def opened(self) -> Row:
        """The row with its names readable, in the form they are kept in."""
        return Row(
            line=self.line,
            member_id=self.member_id,
            name=tidy(self.name.get_secret_value()),
            given=tidy(self.given.get_secret_value()),
            sex=self.sex,
            born=tidy(self.born.get_secret_value()) if self.born else None,
            status=self.status,
            since=self.since,
            until=self.until,
            roles=tuple(dict.fromkeys(self.roles)),
            reach=self.reach,
        )


class ConfirmRosterImport(BranchCommand):
    """Bring in the list of members that the preview of a file showed, whole or not at all."""

    file_name: Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]*$")]
    file_sha256: Sha256
    format: Literal["csv", "xlsx"]
    rows: Annotated[tuple[ImportRow, ...], Field(min_length=1, max_length=SENT_AT_ONCE)]
    different_persons: tuple[tuple[MemberId, MemberId], ...] = ()
    """Pairs with names that look alike, confirmed to be two persons."""


class EnrolMember(BranchCommand):
    """Add one person to the list."""

    member_id: MemberId
    name: PrivateText
    given: PrivateText
    sex: Sex | None = None
    born: PrivateText | None = None
    status: Status = "official"
    since: date
    """From this day the branch counts the person."""
    until: date | None = None
    roles: tuple[Role, ...] = ()
    reach: Reach = "telephone"


class ChangeStatus(BranchCommand):
    """Say how a member counts from a day on."""

    member_id: MemberId
    status: Status
    from_on: date
    until_on: date | None = None


class AssignRole(BranchCommand):
    """Give a member a role."""

    member_id: MemberId
    role: Role
    from_on: date
    decision_no: Line | None = None


class EndRole(BranchCommand):
    """End a member's role; ``to_on`` is the last day."""

    member_id: MemberId
    role: Role
    to_on: date
    decision_no: Line | None = None


class TransferMember(BranchCommand):
    """Take down that a member left for another branch."""

    member_id: MemberId
    to: Line
    effective_on: date


class DestroySubjectKey(BranchCommand):
    """Make one former member's private text unreadable for ever; two persons approve."""

    MAY: ClassVar[frozenset[str]] = frozenset({"secretary", "deputy_secretary", "committee_member", "operator"})

    key_subject: Annotated[str, StringConstraints(pattern=r"^member/[0-9.]{18}/[A-Za-z0-9_.-]{1,40}$")]
    basis: Line
    approved_by: tuple[MemberId, MemberId]


def secret(branch: str, member_id: str, field: str, text: SecretStr | str) -> Secret:
    """A person's private text on its way into a fact, under that person's own key."""
    plain = text if isinstance(text, str) else text.get_secret_value()
    return Secret(subject=f"member/{branch}/{member_id}", field=field, text=SecretStr(tidy(plain)))

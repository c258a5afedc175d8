"""However often something classified is brought: that it happened is kept, and nothing else."""

from __future__ import annotations

from services.hub.domain.gate import GATE
from services.hub.domain.known import Known
from shared.decision import Command
from shared.events.envelope import Fact
from shared.events.hub import SecurityGradeRejected
from tests.any_history import AnyHistory, Pools, quick
from tests.sample_branch import CODE

NOTHING_TO_SAY: Pools = {}


class AnyGate(AnyHistory):
    """The door of one branch."""

    noun = GATE
    pools = NOTHING_TO_SAY
    each_counts = True

    def known(self) -> Known:
        return Known()

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        assert facts == (SecurityGradeRejected(branch=CODE),)
        assert self.state.rejected == len(self.facts)


TestAnyGate = quick(AnyGate)

"""Any wishes in any order, put to a noun: only refusals are raised, replay is the running state, again adds nothing."""

from __future__ import annotations

import types
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, reduce
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from pydantic import AwareDatetime, BaseModel, SecretStr, ValidationError

from shared.decision import Asked, Command, Noun, Refused
from shared.events.envelope import Fact
from tests.given_when_then import scenario
from tests.sample_branch import CODE

QUICK = settings(
    max_examples=settings().max_examples // 4,
    phases=(Phase.explicit, Phase.generate),
    stateful_step_count=15,
    deadline=None,
    derandomize=True,  # what a change breaks is seen with the change, not by chance with the next one
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)
MOST_PARTS = 3
Pools = dict[str, Any]
"""Field name, or type, → what may stand there."""


class AnyHistory(RuleBasedStateMachine):
    """One history of a noun, to which anything is said."""

    noun: ClassVar[Noun[Any, Any]]
    pools: ClassVar[Pools]
    begins: ClassVar[datetime] = datetime(2026, 9, 26, 1, 0, tzinfo=UTC)
    branch: ClassVar[str] = CODE
    actors: ClassVar[tuple[str, ...]] = ("M01",)
    given: ClassVar[tuple[Fact, ...]] = ()
    """What had happened before."""
    steps: ClassVar[tuple[timedelta, ...]] = tuple(timedelta(hours=hours) for hours in (0, 1, 12, 24, 24 * 9))
    """By how much the time goes on between two wishes."""
    prepared: ClassVar[tuple[Command, ...]] = ()
    """Wishes whose parts must fit one another, such as a signature and what it signs; asked beside any others."""
    refuses_again: ClassVar[bool] = False
    """True where some of what is said again is answered with a refusal that says it stands."""

    each_counts: ClassVar[bool] = False
    """True where saying it again is another time that it happened."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: tuple[Fact, ...] = self.given
        self.state = reduce(self.noun.evolve, self.given, self.noun.initial)
        self.now = self.begins

    def known(self) -> Any:
        """What the service knows beside this history."""
        raise NotImplementedError  # each noun's machine says it; one that does not fails at its first step

    @classmethod
    @cache
    def anything(cls) -> some.SearchStrategy[Command]:
        """Any of the wishes; made once, for making and checking it takes longer than what it is for."""
        any_of_them = wishes(cls.noun.commands, cls.pools)
        return some.one_of(any_of_them, some.sampled_from(cls.prepared)) if cls.prepared else any_of_them

    @rule(data=some.data())
    def something_is_asked(self, data: some.DataObject) -> None:
        self.now += data.draw(some.sampled_from(self.steps))
        command = data.draw(self.anything())
        asked = scenario(self.noun, self.known()).at(self.now, actor=data.draw(some.sampled_from(self.actors))).asked
        asked = asked._replace(actorrole="secretary", branch=self.branch)
        facts = self._decided(command, asked)
        if facts is None:
            return
        self.state = reduce(self.noun.evolve, facts, self.state)
        self.facts += facts
        self.happened(command, facts)
        if facts and not self.each_counts and not has_sealed_words(command):
            again = self._decided(command, asked._replace(known=self.known()))
            assert again == () or (again is None and self.refuses_again), command

    def _decided(self, command: Command, asked: Asked[Any]) -> tuple[Fact, ...] | None:
        """What comes of it; None when it is refused. Anything else that is raised is a defect."""
        try:
            return self.noun.decide(self.state, command, asked)
        except Refused:
            return None

    def happened(self, command: Command, facts: tuple[Fact, ...]) -> None:
        """What must hold of these facts, told by the machine of the noun."""

    @invariant()
    def a_replay_is_the_running_state(self) -> None:
        assert reduce(self.noun.evolve, self.facts, self.noun.initial) == self.state


def has_sealed_words(part: object) -> bool:
    """Whether a wish carries words that are sealed: these cannot be read again and count as said anew."""
    if isinstance(part, BaseModel):
        return any(has_sealed_words(getattr(part, name)) for name in type(part).model_fields)
    return isinstance(part, SecretStr) or (isinstance(part, tuple) and any(map(has_sealed_words, part)))


# ---------------------------------------------------------------- any wish


def wishes(commands: Sequence[type[Command]], pools: Pools) -> some.SearchStrategy[Command]:
    """Any command whose fields come from the pools where these name them, and from their types otherwise."""
    return some.sampled_from(commands).flatmap(cache(lambda command: made(command, pools)))


def made(model: type[BaseModel], pools: Pools) -> some.SearchStrategy[Any]:
    """Any well-formed value of a model."""
    model.model_rebuild()
    parts: dict[str, some.SearchStrategy[Any]] = {}
    missing: dict[str, some.SearchStrategy[Any]] = {}
    for name, field in model.model_fields.items():
        found = value(name, field.annotation, pools)
        (parts if field.is_required() else missing)[field.alias or name] = found
    anything = some.fixed_dictionaries(parts, optional=missing).map(lambda data: _valid(model, data))
    return anything.filter(lambda found: found is not None)


def _valid(model: type[BaseModel], data: dict[str, Any]) -> BaseModel | None:
    try:
        return model.model_validate(data)
    except ValidationError:
        return None


def value(name: str, annotation: Any, pools: Pools) -> some.SearchStrategy[Any]:  # noqa: PLR0911 - one line a type
    """Any value of a field."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if name in pools and origin is not tuple:
        return some.sampled_from(pools[name])
    if origin is Annotated:
        return value(name, arguments[0], pools)
    if origin in {Union, types.UnionType}:
        return some.one_of(*(value(name, one, pools) for one in arguments))
    if annotation is types.NoneType:
        return some.none()
    if origin is Literal:
        return some.sampled_from(arguments)
    if origin is tuple:
        return _several(name, arguments, pools)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return made(annotation, pools)
    return _plain(annotation, pools)


def _several(name: str, arguments: tuple[Any, ...], pools: Pools) -> some.SearchStrategy[Any]:
    if len(arguments) == len((1, ...)) and arguments[1] is Ellipsis:
        one = value(name, arguments[0], pools)
        return some.lists(one, max_size=MOST_PARTS).map(tuple)
    return some.tuples(*(value(name, one, pools) for one in arguments))


def _plain(annotation: Any, pools: Pools) -> some.SearchStrategy[Any]:
    if annotation is bool:
        return some.booleans()
    if annotation is int:
        return some.integers(0, 12)
    if annotation is date:
        return some.sampled_from(pools["day"])
    if annotation in {datetime, AwareDatetime}:
        return some.sampled_from(pools["moment"])
    if annotation in {str, SecretStr}:
        return some.sampled_from(pools["text"])
    raise TypeError(f"no pool for {annotation}")


def quick(machine: type[AnyHistory]) -> Any:
    """The machine as a test case."""
    case = machine.TestCase
    case.settings = QUICK
    return case

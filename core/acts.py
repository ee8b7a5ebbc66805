"""A verb says once, on its own function, who may do it, when, what it takes, what it writes and what it is called.

``@act`` puts the frame around the function: it takes the writer's place, reads the subject afresh, asks who (403) and
when (409), holds the values to their limits (400), runs the body, and writes the one event that the body's ``Done``
tells of. Faces read the ``Act`` (``of(function)``): the API makes its input of it (``api.acts.input_of``), a page its
form (``backoffice.forms.form_for``) and button. A new value is one more parameter; the body stores it.

What may be done to several subjects at once says so by ``many``: what is said once for all of them, and what follows
from it for each (``core.many``).
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Generic, ParamSpec, TypeVar, get_args, get_type_hints

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, Text
from core.journal import record
from core.models import Registered
from core.permits import Permit, admit, always
from core.taking import Taken, refuse_unnamed, taken_by
from core.transactions import fresh, writing

P = ParamSpec("P")
R = TypeVar("R")
OfEach = Callable[..., Sequence[dict[str, Any] | DomainError]]


@dataclass(frozen=True)
class Done(Generic[R]):
    """What a body did: the ``result`` for its caller, and what the event says beside its actor.

    The event is that of the act and about the subject (of a creation about what it made), under the role that ``who``
    found, with the value called ``reason``; ``event``, ``about``, ``role`` and ``reason`` say where the values decide.
    """

    result: R
    changes: Mapping[str, Any] = field(default_factory=dict)
    related: Iterable[Registered] = ()
    reason: str | None = None
    event: str = ""
    about: Registered | None = None
    role: str = ""
    told: bool = True


def unchanged(result: R) -> Done[R]:
    """Nothing differed, so nothing is written."""
    return Done(result, told=False)


@dataclass(frozen=True)
class Act:
    """What is known of one verb. ``permit`` is asked for the subject; of a creation for the value named ``under``."""

    name: str
    label: Text
    explain: Text
    done: Text
    event: str
    permit: Permit
    body: Callable[..., Done[Any]]
    under: str = ""
    many: bool | OfEach = False

    @cached_property
    def subject(self) -> type[Registered] | None:
        """What the verb acts on; None for a creation."""
        first = next(iter(inspect.signature(self.body).parameters.values()))
        return get_type_hints(self.body)[first.name] if first.kind is first.POSITIONAL_OR_KEYWORD else None

    @cached_property
    def model(self) -> type[Model]:
        """The model of the subject, or of what a creation makes."""
        return self.subject or self.made

    @cached_property
    def made(self) -> type[Any]:
        """What the verb returns to its caller."""
        return get_args(get_type_hints(self.body)["return"])[0]

    @cached_property
    def takes(self) -> dict[str, Taken]:
        """The values of the verb by name, in the order of its signature."""
        return taken_by(self.body, *self._lenders)

    @cached_property
    def shared(self) -> dict[str, Taken]:
        """What is said once for all subjects of an act over many."""
        return self.takes if self.many is True else taken_by(self.many, *self._lenders)  # type: ignore[arg-type]

    @property
    def _lenders(self) -> Iterable[type[Model]]:
        return (each for each in (self.made, self.model) if issubclass(each, Model))

    def run(self, subject: Any, actor: Any, values: dict[str, Any]) -> Any:
        """The frame around the body."""
        values = {name: self.takes[name].read(value) if name in self.takes else value for name, value in values.items()}
        with writing():
            subjects = [] if subject is None else [fresh(subject, *subject.read_with)]
            asked = subjects[0] if subjects else values.get(self.under)
            role = self.permit.who(actor, asked)
            admit(self.permit.when, asked)
            self.check(self.takes, values)
            done = self.body(*subjects, actor=actor, **values)
            if done.told:
                about = done.about or (subjects[0] if subjects else done.result)
                reason = values.get("reason") or "" if done.reason is None else done.reason
                record(done.event or self.event, about, actor=actor, role=done.role or role,
                       changes=dict(done.changes), related=done.related, reason=reason)  # fmt: skip
        return done.result

    def check(self, takes: Mapping[str, Taken], values: Mapping[str, Any]) -> None:
        """Hold the values to their limits; ``DomainError`` names each that is over."""
        faults = [fault for name, each in takes.items() if name in values for fault in each.faults(values[name])]
        if len(faults) == 1:
            raise DomainError(faults[0].code, faults[0].detail, faults=tuple(faults))
        if faults:
            raise DomainError("invalid", _("Ada isian yang perlu diperbaiki."), faults=tuple(faults))


def act(
    name: str, label: Text, explain: Text, *, event: str, who: Callable[[Any, Any], str],
    when: Callable[[Any], bool] = always, done: Text = "", under: str = "",
    many: bool | OfEach = False,
) -> Callable[[Callable[P, Done[R]]], Callable[P, R]]:  # fmt: skip
    """Make a verb of a function: the subject first (none for a creation), then ``actor`` and its values by name.

    ``who(actor, subject)`` returns the role or raises ``NotAllowed``; where ``when(subject)`` does not hold the frame
    refuses with its words. A creation is asked ``who(actor, value)`` with its value called ``under``; None: anywhere.
    ``many``: it may be done to several subjects at once, with the same values; or with those that ``many(subjects, …)``
    makes of the values said for all, which are read off its signature: for each subject, in their order, its values or
    the ``DomainError`` that rules it out.
    """

    def decorate(body: Callable[P, Done[R]]) -> Callable[P, R]:
        told = Act(name, label, explain, done, event, Permit(who, when), body, under, many)
        refuse_unnamed(told.takes.values())

        @wraps(body)
        def verb(*args: P.args, **kwargs: P.kwargs) -> R:
            values: dict[str, Any] = dict(kwargs)
            return told.run(args[0] if args else None, values.pop("actor"), values)

        verb.act = told  # type: ignore[attr-defined]
        return verb

    return decorate


def of(verb: Callable[..., Any]) -> Act:
    """What is said of a verb."""
    return verb.act  # type: ignore[attr-defined]


def on(model: type[Model] | None, *modules: types.ModuleType) -> dict[str, Callable[..., Any]]:
    """The verbs that these modules have for a row of ``model``, by name, in the order they are written."""
    found = [each for module in modules for each in vars(module).values()]
    verbs = [each for each in found if isinstance(getattr(each, "act", None), Act)]
    return {of(each).name: each for each in verbs if _acts_on(of(each).subject, model)}


def _acts_on(subject: type[Model] | None, model: type[Model] | None) -> bool:
    """Also where the verb is one for all rows of an abstract base."""
    return subject is model or (subject is not None and model is not None and issubclass(model, subject))


def permits(verbs: Mapping[str, Callable[..., Any]]) -> dict[str, Permit]:
    """Who may do each of the verbs when."""
    return {name: of(verb).permit for name, verb in verbs.items()}

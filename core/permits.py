"""Who may do what when, as data: asked by the frame of a verb, by pages and by the API's ``actions`` alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotAllowed, Text
from core.hands import Hand, same_hands, through_a_password

NOT_NOW = _("Tindakan ini tidak berlaku pada keadaan sekarang.")
OWN_ACT = _("Orang yang sama tidak boleh memutuskan hal yang diajukan atau dicatatnya sendiri.")
THROUGH_ANOTHER = _(
    "Kata sandi salah satu akun yang terlibat belum tujuh hari diatur orang lain; yang dilakukan akun itu dihitung "
    "sebagai perbuatan keduanya, jadi hal ini diputuskan orang ketiga."
)


def always(_thing: Any) -> bool:
    return True


class When:
    """A condition with the words of its refusal, which may depend on the thing."""

    def __init__(
        self, holds: Callable[[Any], bool], refusal: Text | Callable[[Any], Text] = NOT_NOW,
        code: str = "illegal_transition",
    ) -> None:  # fmt: skip
        self.holds, self.refusal, self.code = holds, refusal, code

    def __call__(self, thing: Any) -> bool:
        return self.holds(thing)

    def refused(self, thing: Any) -> Conflict:
        """What is raised where the condition does not hold."""
        return Conflict(self.code, self.refusal(thing) if callable(self.refusal) else self.refusal)


def refusing(refusal: Text, code: str = "illegal_transition") -> Callable[[Callable[[Any], bool]], When]:
    """Give a condition its words: ``Conflict(code, refusal)`` where it does not hold."""
    return lambda holds: When(holds, refusal, code)


class Every:
    """The condition that all of ``parts`` hold, asked in this order."""

    def __init__(self, *parts: Callable[[Any], bool]) -> None:
        self.parts = parts

    def __call__(self, thing: Any) -> bool:
        return all(part(thing) for part in self.parts)


@dataclass(frozen=True)
class Permit:
    """``who(user, thing)`` returns the role under which the user acts, or raises ``NotAllowed``; ``when(thing)`` says
    whether the thing's state allows the verb now."""

    who: Callable[[Any, Any], str]
    when: Callable[[Any], bool] = always


Permits = Mapping[str, Permit]


def four_eyes(user: Any, *others: int | Hand | None, refusal: Text = OWN_ACT) -> None:
    """Refuse when the actor, or who knows his password for now, is one of ``others``: accounts by their id, or earlier
    acts (``core.hands``). Nobody acts on what they filed, the superuser included."""
    if same_hands(user, *others):
        raise NotAllowed("own_act", THROUGH_ANOTHER if through_a_password(user, *others) else refusal)


def admit(when: Callable[[Any], bool], thing: Any) -> None:
    """``Conflict`` with the words of the first part of the condition that does not hold."""
    for part in _parts(when):
        if not part(thing):
            raise (part if isinstance(part, When) else When(part)).refused(thing)


def may(permits: Permits, verb: str, user: Any, thing: Any) -> bool:
    """Whether the user is one who may do this to this thing, whatever its state."""
    try:
        permits[verb].who(user, thing)
    except NotAllowed:
        return False
    return True


def actions(permits: Permits, user: Any, thing: Any) -> list[str]:
    """The verbs this user may do to the thing now. A condition that several verbs share is looked at once,
    also where each refuses in its own words."""
    holds = cache(lambda condition: condition(thing))

    def now(when: Callable[[Any], bool]) -> bool:
        return all(holds(getattr(part, "holds", part)) for part in _parts(when))

    return [verb for verb, permit in permits.items() if may(permits, verb, user, thing) and now(permit.when)]


def _parts(when: Callable[[Any], bool]) -> tuple[Callable[[Any], bool], ...]:
    return when.parts if isinstance(when, Every) else (when,)

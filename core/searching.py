"""One search for every list: each word has to occur somewhere, however it is spelled (``core.plain``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import CharField, Model, Q, QuerySet, TextField, Transform
from django.utils.translation import gettext_lazy as _

from core import identity, plain, strict
from core.columns import called_by, stored
from core.errors import Fault
from core.text import clean_text

LONGEST_SEARCH, MOST_WORDS = 200, 10
FEW = 1_000
NOWHERE = Q(pk__in=[])

Values = Mapping[str, Any]
"""What was asked of a list: parameter to the value read; a search as its words."""
Searched = str | Callable[[str, Values], Q]
"""What a search looks into: a column, a link (what its row is called by), or what the condition for one word comes
from."""


@CharField.register_lookup
@TextField.register_lookup
class Plain(Transform):
    """``column__plain__contains``: the column as it is searched."""

    lookup_name = "plain"
    function = plain.NAME
    output_field = TextField()  # type: ignore[assignment]


def words_of(text: str) -> tuple[str, ...]:
    """The words of a search. ``DomainError`` for what nobody types."""
    fault = strict.text_fault(text)
    words = () if fault else tuple(clean_text(text).split())
    if len(text) > LONGEST_SEARCH or len(words) > MOST_WORDS:
        detail = _("Pencarian paling banyak %(chars)s huruf dan %(words)s kata.")
        fault = "too_long", detail % {"chars": LONGEST_SEARCH, "words": MOST_WORDS}
    strict.refuse([Fault("search", *fault)] if fault else [])
    return words


def search(rows: QuerySet, columns: Iterable[Searched], words: Iterable[str], values: Values | None = None) -> QuerySet:
    """Rows in which every word occurs in one of ``columns``; ``%`` and ``_`` are letters like others. Signs that no
    search looks for are left out beside words, and alone they find nothing."""
    asked = list(words)
    told = [word for word in asked if plain.plain(word)]
    if asked and not told:
        return rows.none()
    paths = [each for each in columns if isinstance(each, str)]
    others = [each for each in columns if not isinstance(each, str)]
    for word in told if paths or others else ():
        branches = [*_branches(rows.model, paths, word), *(each(word, values or {}) for each in others)]
        rows = rows.filter(_any_of(rows.model, [each for each in branches if each != NOWHERE]))
    return rows


def occurs(model: type[Model], paths: Iterable[str], word: str) -> Q:
    """That ``word`` occurs in one of these columns of a row, or of the rows that it leads to."""
    return _any_of(model, _branches(model, paths, word))


def among(rows: QuerySet, column: str = "pk") -> Any:
    """What stands in ``column`` of ``rows``: few are looked up first, so that the search knows how few they are."""
    found = rows.order_by().values_list(column, flat=True)
    few = list(found[: FEW + 1])
    return found if len(few) > FEW else few


def spelled(column: str, word: str) -> Q:
    """That ``word`` occurs in that ``search_text``, however an identifier is spelled in it."""
    found = Q()
    for each in sorted(identity.spellings(word)):
        found |= Q(**{f"{column}__contains": each})
    return found


def labelled(choices: Iterable[tuple[Any, Any]], word: str) -> list[Any]:
    """The codes whose words, in the reader's language, hold ``word``."""
    return [code for code, label in choices if plain.plain(word) in plain.plain(str(label))]


def _any_of(model: type[Model], branches: list[Q]) -> Q:
    """The rows of all branches, each found by its own index: with OR between them no index would serve."""
    if len(branches) < 2:
        return branches[0] if branches else NOWHERE
    first, *more = (model._base_manager.filter(each).order_by().values("pk") for each in branches)
    return Q(pk__in=first.union(*more))


def _branches(model: type[Model], paths: Iterable[str], word: str) -> list[Q]:
    """The conditions that ``word`` occurs in the row's own columns, and in the rows behind each of its links; without
    those that no row meets."""
    own, behind, branches = Q(), defaultdict(list), []
    for path in paths:
        first, _dots, rest = path.partition("__")
        field: Any = model._meta.get_field(first)
        if field.is_relation:
            behind[field].append(rest)
        else:
            own |= _in_column(field, word)
    for field, rests in behind.items():
        related = field.related_model
        rows = related._base_manager.filter(_is_found(related, rests, word))
        keys = among(rows, field.field.attname if field.one_to_many else "pk")
        if not isinstance(keys, list) or keys:
            branches.append(Q(**{f"{'pk' if field.one_to_many else field.name}__in": keys}))
    return [*([own] if own else []), *branches]


def _is_found(model: type[Model], rests: Iterable[str], word: str) -> Q:
    """That ``word`` occurs in one of ``rests`` of a row that others lead to; an empty one: in what it is called by."""
    told: Callable[[str], Q] | None = getattr(model, "is_called", None)
    further = [path for rest in rests if rest or not told for path in ([rest] if rest else _known_by(model))]
    found = [occurs(model, further, word)] if further else []
    return _any_of(model, [*found, *([told(word)] if told and "" in rests else [])])


def _known_by(model: type[Model]) -> tuple[str, ...]:
    """Where one looks for a row that others lead to."""
    return ("search_text",) if stored(model, "search_text") else called_by(model)


def _in_column(field: Any, word: str) -> Q:
    """``search_text`` is kept in lower case with the folded identifiers, under an index for parts of words."""
    if field.name == "search_text":
        return spelled(field.name, word)
    if field.choices:
        return Q(**{f"{field.name}__in": labelled(field.choices, word)})
    return Q(**{f"{field.name}__plain__contains": plain.plain(word)})

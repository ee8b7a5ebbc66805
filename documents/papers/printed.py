"""Which papers are printed of what: their names, titles, readers and files, for every face."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Model
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from pypdf import PdfWriter

from assets.models import Asset, Handover
from core.errors import NotAllowed, Text
from core.files import file_response
from documents.papers import analysis, bast, efforts, label, letter, succession
from org.models import Office, Person, Tenure, User
from personal import readings
from planning.models import PlanLine
from pledges.holders import require_reader
from pledges.models import Pledge
from requests_app.models import DeviceRequest


def whoever_sees_it(_user: Any, _thing: Any) -> str:
    return ""


@dataclass(frozen=True)
class Printed:
    """``render(thing)`` makes the PDF; ``who(user, thing)`` raises ``NotAllowed`` for who sees the thing but
    may not have it.

    ``personal``: it names only what the reader may see, so it is made by ``render(thing, reader)``.
    """

    name: str
    title: Text
    render: Callable[..., bytes]
    _: KW_ONLY
    who: Callable[[Any, Any], str] = whoever_sees_it
    personal: bool = False

    def may(self, user: Any, thing: Any) -> bool:
        """Whether the user may have it."""
        try:
            self.who(user, thing)
        except NotAllowed:
            return False
        return True

    def made(self, thing: Any, reader: Any) -> bytes:
        """The paper itself; who had it made is noted."""
        told = _in_the_journal(thing)
        readings.note("paper_printed", reader, _named_on(told), paper=self.name, thing=f"{told.journal_type} {told.pk}")
        return self.render(thing, reader) if self.personal else self.render(thing)

    def answer_all(self, things: Sequence[Any], reader: Any) -> HttpResponseBase:
        """The papers of all ``things`` behind one another in one private download."""
        if len(things) == 1:
            return self.answer(things[0], reader)
        together = PdfWriter()
        for thing in things:
            together.append(BytesIO(self.made(thing, reader)))
        file = BytesIO()
        together.write(file)
        with translation.override("id"):
            name = f"{self.title} ({len(things)}).pdf"
        return file_response(ContentFile(file.getvalue()), name, "application/pdf")

    def answer(self, thing: Any, reader: Any) -> HttpResponseBase:
        """The paper as a private download, called by its title and the number of ``thing``."""
        pdf = self.made(thing, reader)
        with translation.override("id"):
            name = f"{self.title} {thing.journal_number or thing}.pdf"
        return file_response(ContentFile(pdf), name, "application/pdf")


def _in_the_journal(thing: Any) -> Any:
    """What has entries of its own: of a line of a plan the plan, whose maker its paper names."""
    return thing.plan if isinstance(thing, PlanLine) else thing


def _named_on(thing: Any) -> set[int | None]:
    """The people whom a paper may name: those to whom the thing leads, and who held its office."""
    found: set[int | None] = set()
    for field in thing._meta.concrete_fields:
        if field.related_model is Person:
            found.add(getattr(thing, field.attname))
        elif field.related_model is User and getattr(thing, field.attname):
            found.add(getattr(thing, field.name).person_id)
    office = thing if isinstance(thing, Office) else getattr(thing, "office", None)
    if isinstance(office, Office):
        found.update(Tenure.objects.filter(office=office).values_list("person_id", flat=True))
    return found


def _of_the_office(tenure: Tenure) -> bytes:
    """The open pledges of the tenure's office, for the outgoing and the incoming holder to sign."""
    return succession.render(tenure.office)


_SUCCESSION = _("Serah terima janji")
PRINTED: Mapping[type[Model], tuple[Printed, ...]] = {
    Asset: (Printed("label", _("Label"), label.render),),
    Handover: (Printed("document", "BAST", bast.render),),
    DeviceRequest: (Printed("document", _("Surat usulan"), letter.render),),
    Pledge: (Printed("efforts-document", _("Sudah diupayakan"), efforts.render),),
    PlanLine: (Printed("analysis", _("Analisis kebutuhan"), analysis.render, personal=True),),
    Office: (Printed("handover-list", _SUCCESSION, succession.render, who=require_reader),),
    Tenure: (
        Printed(
            "handover-list",
            _SUCCESSION,
            _of_the_office,
            who=lambda user, tenure: require_reader(user, tenure.office),
        ),
    ),
}

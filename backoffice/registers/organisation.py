"""Units, offices and their holders, people, accounts on social media."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from backoffice import filters, html
from backoffice.asked import AskedAdmin
from backoffice.base import address_of, linked, shows
from backoffice.columns import facts_of
from backoffice.forms import VerbForm, form_for
from backoffice.registers import belongings, person_data
from backoffice.registers.reference import ReferenceAdmin
from backoffice.verbs import DANGER, Button
from core import acts, clock
from core.columns import On
from documents.papers import succession
from org import departing, succeeding
from org.lists import OFFICE_SUCCESSIONS, OFFICES, PEOPLE, SOCIAL_ACCOUNTS, TENURES, UNIT_SUCCESSIONS, UNITS
from org.models import Grant, Office, OfficeSuccession, Person, Role, SocialAccount, Tenure, Unit, UnitSuccession
from org.rules import reach
from personal import readings
from personal.models import LegalHold, RecordKind
from personal.officer import is_officer
from pledges.states import Status
from wording import badges, standing


class UnitForm(VerbForm):
    """People and things are put only into units that the caller's grants reach."""

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        visible = super().choices_of(name, queryset)
        if queryset.model is not Unit:
            return visible
        units = reach(self.user).units()
        return visible if units is None else visible.filter(pk__in=units.values("pk"))


def _successions(obj: Any) -> list[tuple[Any, list[tuple[Any, Any]]]]:
    """What came after a unit or an office, be it only proposed, and what it came after; each links to its page."""

    def rows(found: QuerySet, name: str) -> list[tuple[Any, Any]]:
        return [
            (
                format_html('<a class="g-link" href="{}">{}</a>', address_of(each), getattr(each, name)),
                " · ".join([str(each.get_kind_display()), each.said, str(badges.asked(each).text)]),
            )
            for each in found.select_related("predecessor", "successor")
        ]

    both = (
        (_("Penerus"), obj.successions.meant(), "successor"),
        (_("Menggantikan"), obj.succeeded.meant(), "predecessor"),
    )
    return [(title, rows(found, name)) for title, found, name in both if found]


class SuccessionAdmin(AskedAdmin):
    """Proposed from the page of the unit or office."""

    list_display = ("predecessor", "successor", "kind", "on", "state")
    related = (*AskedAdmin.related, "predecessor", "successor")

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {"badge": self.state(obj), "facts": self.told(obj)}


@shows(UnitSuccession)
class UnitSuccessionAdmin(SuccessionAdmin):
    listing, list_filter = UNIT_SUCCESSIONS, filters.of(UNIT_SUCCESSIONS)
    verbs = acts.on(UnitSuccession, succeeding)


@shows(OfficeSuccession)
class OfficeSuccessionAdmin(SuccessionAdmin):
    listing, list_filter = OFFICE_SUCCESSIONS, filters.of(OFFICE_SUCCESSIONS)
    verbs = acts.on(OfficeSuccession, succeeding)


@shows(Unit)
class UnitAdmin(ReferenceAdmin):
    listing = UNITS
    list_display = ("name", "code", "kind", "state")
    sortable_by = ("code", "name")
    related = ("parent",)
    verbs = acts.on(Unit, succeeding)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        found = belongings.of_unit(obj, request.user)
        return {**found, "tables": [*found["tables"], *_successions(obj)]}

    def after(self, verb: Button, subject: Any, result: Any) -> str:
        return address_of(result) if verb.name == "succeed" else super().after(verb, subject, result)


@shows(Office)
class OfficeAdmin(ReferenceAdmin):
    listing = OFFICES
    form_base = UnitForm
    list_display = ("name", "unit", "holder", "state")
    related = ("unit",)
    verbs = acts.on(Office, succeeding)

    def page(self, request: Any, obj: Any) -> dict[str, Any]:
        rows = [
            (
                format_html('<a class="g-link" href="{}">{}</a>', address_of(each), each),
                " · ".join([str(Status(each.status).label), *([str(each.office)] if each.office != obj else [])]),
            )
            for each in succession.open_pledges(obj)
        ]
        return {"tables": [*_successions(obj), (_("Janji yang belum tuntas"), rows)]}

    def after(self, verb: Button, subject: Any, result: Any) -> str:
        return address_of(result) if verb.name == "succeed" else super().after(verb, subject, result)

    def prepare(self, request: Any, rows: list[Any]) -> None:
        now = clock.today()
        tenures = Tenure.objects.visible_to(request.user).filter(office__in=rows, starts_on__lte=now)
        held = tenures.exclude(ends_on__lt=now).select_related("person")
        names = {tenure.office_id: str(tenure.person) for tenure in held}
        for row in rows:
            row.holder_name = names.get(row.pk, "")

    @admin.display(description=_("pemangku"))
    def holder(self, obj: Any) -> str:
        return obj.holder_name


@shows(Tenure)
class TenureAdmin(ReferenceAdmin):
    listing = TENURES
    list_display = ("office", "person", "status", "starts_on", "ends_on")
    related = ("office__unit", "person")

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        readings.note("people_listed", request.user, [row.person_id for row in rows], path=request.path)


MOVES, STOPS = "moves", "stops"


class LeaveForm(form_for(departing.leave, UnitForm, but=("keeps",))):  # type: ignore[misc]
    """Whether somebody stops or moves, and where; who gets what they hold, of those who serve, and which of their roles
    go on."""

    goes = forms.ChoiceField(
        label=_("Pindah atau berhenti"),
        choices=[(MOVES, _("Pindah ke unit lain")), (STOPS, _("Berhenti bertugas"))],
        widget=forms.RadioSelect,
    )
    keeps = forms.MultipleChoiceField(
        label=_("Peran yang tetap berlaku"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Peran di tempat lama berakhir pada hari pindah, kecuali yang dicentang di sini."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held: dict[str, list[Grant]] = {}
        for each in Grant.objects.lasting().filter(user__person=self.subject).select_related("unit").order_by("pk"):
            held.setdefault(each.role, []).append(each)
        self.fields["keeps"].choices = [
            (role, " · ".join([str(Role(role).label), ", ".join(str(each.unit) for each in given)]))
            for role, given in held.items()
        ]
        if not held:
            del self.fields["keeps"], self.fields["keeps_because"]
        self.order_fields(["goes", "moves_to", "devices_to", "keeps", "keeps_because", "reason"])
        self.fields["moves_to"].help_text = _("Hanya bila pindah.")
        self.fields["devices_to"].empty_label = _("Kembali ke gudang")

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        serving = super().choices_of(name, queryset).filter(active=True)
        return serving.exclude(pk=self.subject.pk) if name == "devices_to" else serving

    def clean(self) -> dict[str, Any]:
        goes, unit = self.cleaned_data.get("goes"), self.cleaned_data.get("moves_to")
        if goes == MOVES and not unit and "moves_to" not in self.errors:
            self.add_error("moves_to", _("Pilih unit tujuannya."))
        if goes == STOPS and unit:
            self.add_error("moves_to", _("Kosongkan bila berhenti bertugas."))
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        found = super().values()
        del found["goes"]
        return found


@shows(Person)
class PersonAdmin(ReferenceAdmin):
    """Colleagues see name and unit; position, number and telephone only who administers people there."""

    listing = PEOPLE
    form_base = UnitForm
    list_display = ("name", "unit", "state")
    related = ("unit",)
    verbs = acts.on(Person, departing)
    forms = {"leave": LeaveForm}
    tones = {"leave": DANGER}
    readings = (person_data.READING,)
    workbook_label = _("Laporan data pribadi")

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        readings.note("people_listed", request.user, [row.pk for row in rows], path=request.path)

    def find(self, request: HttpRequest, pk: int) -> Any:
        """Everybody also reads what is known of themselves, whatever their grants reach."""
        if pk == request.user.person_id:  # type: ignore[union-attr]  # signed in
            return self.annotated(Person.objects.all()).select_related(*self.related).get(pk=pk)
        return super().find(request, pk)

    def workbook_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return person_data.ask_for_report(request, self.find(request, pk))

    def columns(self, request: HttpRequest, obj: Any) -> list[tuple[Any, Any]]:
        return facts_of(PEOPLE, obj, On.ROW if _reads_some(request.user, obj) else On.PAGE)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        if request.method == "GET":
            readings.note("person_viewed", request.user, [obj.pk])
        shown: dict[str, Any] = {} if person_data.may(request.user, obj) else {"readings": ()}
        shown |= {"facts": _held(obj)} if is_officer(request.user) else {}
        shown |= {"workbook_address": ""}  # it is asked for on the page of the readings
        shown |= {} if obj.erased_at else belongings.of_person(obj, request.user)
        shown |= _about_to_leave(obj) if not _reads_some(request.user, obj) else {}
        return {**shown, "story": None} if _reads_some(request.user, obj) else shown


def _about_to_leave(person: Person) -> dict[str, Any]:
    told = standing.leaves(person)
    return {"badge": html.badge(badges.LEAVING), "part": "backoffice/parts/leaves.html", "leaves": told} if told else {}


def _held(person: Person) -> list[tuple[Any, Any]]:
    """The hold that keeps a person from being erased, or where one is placed."""
    found = LegalHold.objects.in_force().filter(kind=RecordKind.PERSON, record=person.pk).first()
    address = f"{reverse('admin:personal_legalhold_add')}?kind={RecordKind.PERSON}&person={person.pk}"
    place = format_html('<a class="g-link" href="{}">{}</a>', address, _("Tahan dari penghapusan"))
    return [(_("Penahanan penghapusan"), linked(found, found.basis) if found else place)]


def _reads_some(user: Any, person: Person) -> bool:
    """Whether not all of a person is told to the user."""
    return person.pk in Person.told_to(user, [person.pk])


@shows(SocialAccount)
class SocialAccountAdmin(ReferenceAdmin):
    listing = SOCIAL_ACCOUNTS
    form_base = UnitForm
    list_display = ("handle", "platform", "unit", "state")
    related = ("unit",)

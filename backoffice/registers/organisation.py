"""Units, offices and their holders, people, accounts on social media, the working calendar."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from backoffice.base import address_of
from backoffice.filters import equals, within
from backoffice.forms import VerbForm
from backoffice.printing import Printed
from backoffice.registers.reference import ReferenceAdmin, active, said
from core import clock, security, words
from core.errors import NotAllowed
from documents.papers import succession
from org.models import CalendarDay, Office, Role, SocialAccount, Tenure, Unit
from org.rules import holds, reach
from pledges.holders import require_reader
from pledges.states import Status

YES_NO = [("1", _("Aktif")), ("0", _("Tidak aktif"))]
ACTIVE = equals("active", _("Keadaan"), YES_NO)


class UnitForm(VerbForm):
    """People and things are put only into units that the caller's grants reach."""

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        visible = super().choices_of(name, queryset)
        if queryset.model is not Unit:
            return visible
        units = reach(self.user).units()
        return visible if units is None else visible.filter(pk__in=units.values("pk"))


class UnitAdmin(ReferenceAdmin):
    columns = ("code", "name", "kind", "parent", "working_week", "active")
    list_display = ("name", "code", "kind", "state")
    list_filter = (equals("kind", _("Jenis"), Unit.Kind.choices), ACTIVE)
    search_fields = ("name", "code")
    sortable_by = ("code", "name")
    related = ("parent",)
    state = staticmethod(active())


def _may_read_holders(user: Any, office: Office) -> bool:
    try:
        require_reader(user, office)
    except NotAllowed:
        return False
    return True


class OfficeAdmin(ReferenceAdmin):
    columns = ("name", "unit", "active")
    form_base = UnitForm
    list_display = ("name", "unit", "holder", "state")
    list_filter = (within("unit"), ACTIVE)
    search_fields = ("name", "unit__name")
    related = ("unit",)
    state = staticmethod(active())
    printed = (Printed("handover-list", _("Serah terima janji"), render=succession.render, may=_may_read_holders),)

    def page(self, request: Any, obj: Any) -> dict[str, Any]:
        rows = [
            (format_html('<a class="g-link" href="{}">{}</a>', address_of(each), each), Status(each.status).label)
            for each in succession.open_pledges(obj)
        ]
        return super().page(request, obj) | {"tables": [(_("Janji yang belum tuntas"), rows)]}

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


class TenureAdmin(ReferenceAdmin):
    columns = ("office", "person", "status", "starts_on", "ends_on")
    list_display = ("office", "person", "status", "starts_on", "ends_on")
    list_filter = (equals("status", _("Status"), Tenure.Status.choices), within("office__unit"))
    search_fields = ("office__name", "person__name")
    related = ("office__unit", "person")
    printed = (
        Printed("handover-list", _("Serah terima janji"), render=lambda tenure: succession.render(tenure.office)),
    )


class PersonAdmin(ReferenceAdmin):
    """Colleagues see name and unit; position, number and telephone only who administers people there."""

    columns = ("name", "unit", "position", "nip", "phone", "active")
    form_base = UnitForm
    list_display = ("name", "unit", "state")
    list_filter = (within("unit"), ACTIVE)
    search_fields = ("name", "unit__name")
    related = ("unit",)
    state = staticmethod(active())

    def page(self, request: Any, obj: Any) -> dict[str, Any]:
        administers = holds(request.user, Role.USER_ADMIN, unit=obj.unit) or request.user.person_id == obj.pk
        if not administers:
            return {"facts": [self.fact(obj, name) for name in ("name", "unit", "active")], "timeline": []}
        if request.method == "GET":
            security.log("person_viewed", user=request.user, person=obj.pk)
        return super().page(request, obj)

    def fact(self, obj: Any, name: str) -> tuple[Any, Any]:
        label, value = super().fact(obj, name)
        return label, words.phone(value) if name == "phone" else value


class SocialAccountAdmin(ReferenceAdmin):
    columns = ("unit", "platform", "handle", "active")
    form_base = UnitForm
    list_display = ("handle", "platform", "unit", "state")
    list_filter = (equals("platform", _("Platform"), SocialAccount.Platform.choices), within("unit"), ACTIVE)
    search_fields = ("handle", "unit__name")
    related = ("unit",)
    state = staticmethod(active())


class CalendarDayAdmin(ReferenceAdmin):
    columns = ("date", "name", "kind", "decree", "estimated", "works")
    list_display = ("date", "name", "kind", "works_then")
    list_filter = (equals("kind", _("Jenis"), CalendarDay.Kind.choices),)
    search_fields = ("name", "decree")
    ordering = ("-date",)
    sortable_by = ("date",)

    @admin.display(description=_("masuk kerja"))
    def works_then(self, obj: Any) -> Any:
        return said(obj, "works")

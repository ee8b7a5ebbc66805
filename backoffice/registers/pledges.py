"""Pledges and their deadlines: in the words spoken, published by a second person, late from the first date on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import DeviceType, Family
from backoffice import words
from backoffice.base import BaseAdmin
from backoffice.exporting import named
from backoffice.filters import choice, equals, units_of
from backoffice.forms import DayField, NumberField, PlainForm, ReasonField, ReasonForm, VerbForm, form_of, initial_of
from backoffice.navigation import installation_of
from backoffice.pledge_line import pledge_line
from backoffice.verbs import DANGER, PRIMARY, Creation, Verb
from core import clock
from org.models import Unit
from org.models.units import subtree
from pledges import deadlines, pledging, rules
from pledges.models import DeadlineRevision, Pledge, PledgeLine
from pledges.queries import lines_with_delivered
from pledges.reading import judgement_of
from pledges.states import Decision, Publication, RevisionKind, Status
from requests_app import worklists

FIELDS = (
    "title",
    "quote",
    "office",
    "spoken_by",
    "occasion",
    "place",
    "made_on_from",
    "made_on_to",
    "basis",
    "strength",
    "deadline_text",
    "original_due_on",
    "budget_ref",
    "responsible_unit",
)
ALL_DISTRICTS = "*"


class PledgeLineForm(PlainForm):
    unit = forms.ChoiceField(label=_("Untuk"))
    device = forms.ChoiceField(label=_("Perangkat"))
    quantity = NumberField(label=_("Jumlah per unit"), min_value=1, max_value=100_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [(str(unit.pk), str(unit)) for unit in Unit.objects.filter(active=True)]
        self.fields["unit"].choices = [("", _("– pilih –")), (ALL_DISTRICTS, _("Setiap kecamatan")), *units]
        families = [(f"f{pk}", name) for pk, name in Family.objects.values_list("pk", "name")]
        types = [(f"t{pk}", name) for pk, name in DeviceType.objects.filter(active=True).values_list("pk", "name")]
        self.fields["device"].choices = [
            ("", _("– pilih –")),
            (_("Kelompok perangkat"), families),
            (_("Jenis perangkat"), types),
        ]

    def values(self) -> dict[str, Any]:
        found = super().values()
        kind, pk = found["device"][0], int(found["device"][1:])
        what = {"family": Family.objects.get(pk=pk)} if kind == "f" else {"device_type": DeviceType.objects.get(pk=pk)}
        return {"unit": found["unit"], "quantity": found["quantity"], **what}


class PledgeForm(form_of(Pledge, *FIELDS)):  # type: ignore[misc]
    row_form, row_title, rows_grow = PledgeLineForm, _("Yang dijanjikan"), True

    def values(self) -> dict[str, Any]:
        found = super().values()
        lines = []
        districts = list(Unit.objects.filter(kind=Unit.Kind.DISTRICT, active=True))
        units = Unit.objects.in_bulk([int(line["unit"]) for line in found["lines"] if line["unit"] != ALL_DISTRICTS])
        for line in found["lines"]:
            wanted = districts if line["unit"] == ALL_DISTRICTS else [units[int(line["unit"])]]
            lines += [{**line, "unit": unit} for unit in wanted]
        return found | {"lines": lines}


class RevisionForm(VerbForm):
    kind = forms.ChoiceField(label=_("Jenis"), choices=RevisionKind.choices)
    new_due_on = DayField(label=_("Tenggat baru"))
    reason = ReasonField()


class DecideRevisionForm(VerbForm):
    decision = forms.ChoiceField(
        label=_("Keputusan"),
        widget=forms.RadioSelect,
        choices=[(Decision.APPROVE, _("Setujui tenggat baru")), (Decision.REJECT, _("Tolak"))],
    )
    reason = ReasonField()


def _status(rows: QuerySet, value: str, _user: Any) -> QuerySet:
    published = rows.filter(publication=Publication.PUBLISHED)
    if value == "late":
        return published.filter(pk__in=Pledge.objects.late().values("pk"))
    return published.filter(status__in=Status.KEPT if value == "kept" else {value})


def _exported_status(value: str) -> dict[str, Any]:
    published = {"publication": Publication.PUBLISHED.value}
    if value == "late":
        return {"late": True, **published}
    return {"status__in": sorted(Status.KEPT), **published} if value == "kept" else {"status": value, **published}


def _for_unit(rows: QuerySet, code: str, _user: Any) -> QuerySet:
    lines = PledgeLine.objects.filter(subtree(code, field="unit__code"))
    return rows.filter(pk__in=lines.values("pledge"))


def _desk(rows: QuerySet, value: str, user: Any) -> QuerySet:
    waiting = worklists.pledges(user)
    late = Q(pk__in=waiting.overdue.values("pk"))
    return rows.filter(late if value == "overdue" else late | Q(pk__in=waiting.due.values("pk")))


STATUS = choice(
    "status",
    _("Status"),
    [("late", _("Semua yang terlambat atau menggantung")), ("kept", _("Semua yang ditepati")), *Status.choices],
    _status,
)
DESK = choice("desk", _("Antrean"), [("mine", _("Menunggu saya")), ("overdue", _("Terlambat"))], _desk)


def status_badge(pledge: Any) -> str:
    """The publication until it is published, then the judged status with how late."""
    if pledge.publication != Publication.PUBLISHED:
        return words.badge(pledge.get_publication_display(), words.PUBLICATION_TONES[Publication(pledge.publication)])
    status = Status(pledge.status)
    return words.badge(status.label, words.PLEDGE_TONES[status])


def lateness(pledge: Any) -> str:
    """How late a judged pledge is against the date in force, or how old without one."""
    if pledge.publication != Publication.PUBLISHED:
        return ""
    today = clock.today()
    if pledge.status in Status.PAST_DUE:
        return gettext("%(age)s lewat tenggat") % {"age": words.age((today - pledge.due_on).days)}
    if pledge.status == Status.EXTENDED:
        return gettext("%(age)s lewat tenggat awal") % {"age": words.age((today - pledge.first_due_on).days)}
    if pledge.due_on is None and pledge.completed_on is None:
        return gettext("%(age)s sejak diucapkan") % {"age": words.age(max(0, (today - pledge.made_on_to).days))}
    return gettext("tenggat %(day)s") % {"day": words.short_date(pledge.due_on)} if pledge.due_on else ""


class PledgeAdmin(BaseAdmin):
    permits = rules.VERBS
    verbs = (
        Verb(
            "submit",
            _("Ajukan untuk diterbitkan"),
            _("Janji mendapat nomor; PPID memeriksa lalu menerbitkan."),
            _("Janji diajukan."),
            pledging.submit,
            tone=PRIMARY,
        ),
        Verb(
            "publish",
            _("Terbitkan"),
            _("Sesudah terbit, ucapan, tenggat awal dan jumlah tidak dapat diubah lagi."),
            _("Janji diterbitkan."),
            pledging.publish,
            tone=PRIMARY,
        ),
        Verb(
            "ask-revision",
            _("Minta tenggat baru"),
            _("Tenggat awal tetap tercatat. Sekda yang memutuskan."),
            _("Permintaan tercatat."),
            deadlines.ask,
            RevisionForm,
        ),
        Verb(
            "change",
            _("Ubah"),
            _("Perbaiki draf sebelum diajukan."),
            _("Perubahan tersimpan."),
            pledging.change,
            PledgeForm,
            template="backoffice/rows.html",
        ),
        Verb(
            "reject",
            _("Tolak penerbitan"),
            _("Janji tidak diterbitkan; alasannya tercatat."),
            _("Penerbitan ditolak."),
            pledging.reject,
            ReasonForm,
            DANGER,
        ),
        Verb(
            "withdraw",
            _("Cabut"),
            _("Janji dicabut dan dihitung tidak ditepati. Tidak dapat dibatalkan."),
            _("Janji dicabut."),
            pledging.withdraw,
            ReasonForm,
            DANGER,
        ),
        Verb(
            "delete",
            _("Hapus draf"),
            _("Draf ini dihapus."),
            _("Draf dihapus."),
            pledging.discard,
            tone=DANGER,
            leaves=True,
        ),
    )
    creation = Creation(
        _("Catat janji"),
        _("Tulis ucapan persis seperti diucapkan. Bila hari atau tenggat tidak disebut, kosongkan."),
        _("Draf tersimpan."),
        rules.may_draft,
        pledging.draft,
        PledgeForm,
        "backoffice/rows.html",
    )
    list_display = ("what", "office", "status_shown", "delivered_shown", "late_by")
    list_filter = (
        DESK,
        STATUS,
        equals("publication", _("Penerbitan"), Publication.choices),
        choice("unit", _("Untuk unit"), units_of, _for_unit),
    )
    search_fields = ("number", "title", "quote", "office__name")
    search_help_text = _("Cari nomor, judul, ucapan, jabatan")
    related = ("office", "responsible_unit")
    export_kind = "pledges"
    export_words = {
        "q": named("search"),
        "publication": named("publication"),
        "unit": named("within"),
        "status": _exported_status,
    }
    nothing = _("Belum ada janji di sini.")

    def list_title(self, request: HttpRequest) -> Any:
        return installation_of(request).get_pledge_noun_display()

    def annotated(self, queryset: QuerySet) -> QuerySet:
        return queryset.judged()

    @admin.display(description=_("janji"))
    def what(self, obj: Any) -> str:
        return str(obj)

    @admin.display(description=_("status"))
    def status_shown(self, obj: Any) -> str:
        return status_badge(obj)

    @admin.display(description=_("diterima"))
    def delivered_shown(self, obj: Any) -> str:
        if not obj.promised:
            return gettext("jumlah tidak disebut")
        return f"{words.thousands(obj.delivered)} {gettext('dari')} {words.thousands(obj.promised)}"

    @admin.display(description=_("keterlambatan"))
    def late_by(self, obj: Any) -> str:
        return lateness(obj)

    def initial(self, verb: Verb, subject: Any) -> dict[str, Any]:
        if verb.name != "change":
            return {}
        lines = [
            {
                "unit": str(line.unit_id),
                "quantity": line.quantity,
                "device": f"f{line.family_id}" if line.family_id else f"t{line.device_type_id}",
            }
            for line in subject.lines.all()
        ]
        return initial_of(subject, FIELDS) | {"lines": lines}

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        judgement = judgement_of(obj)
        lines = lines_with_delivered(obj.lines.select_related("unit", "family", "device_type")).order_by("unit__code")
        tiles = [(line, line.delivered >= line.quantity) for line in lines]
        published = obj.publication == Publication.PUBLISHED
        revisions = obj.deadline_revisions.select_related("asked_by__person", "decided_by__person")
        return {
            "title": obj.title,
            "badge": status_badge(obj),
            "lead": lateness(obj),
            "facts": _facts(obj, judgement),
            "part": "backoffice/parts/pledge.html",
            "judgement": judgement,
            "track": pledge_line(obj, judgement, revisions, clock.today()) if published else "",
            "tiles": tiles,
            "revisions": revisions,
            "received": sum(done for _line, done in tiles),
        }


def _facts(obj: Pledge, judgement: Any) -> list[tuple[Any, Any]]:
    made = words.long_date(obj.made_on_to)
    if obj.made_on_from != obj.made_on_to:
        made = f"{words.long_date(obj.made_on_from)} – {made}"
    late = [(_("Lewat tenggat awal"), words.days(judgement.days_late_original))] if judgement.days_late_original else []
    return [
        (_("Nomor"), obj.number or _("belum ada")),
        (_("Diucapkan oleh"), obj.office),
        (_("Acara"), " · ".join(filter(None, (obj.occasion, obj.place))) or "–"),
        (_("Diucapkan"), made),
        (_("Dasar"), obj.get_basis_display()),
        (_("Tenggat awal"), words.long_date(judgement.first_due_on) or _("tidak disebut")),
        (_("Berlaku"), words.long_date(judgement.due_on) or "–"),
        *late,
        (_("Diterima"), f"{judgement.delivered} {gettext('dari')} {judgement.promised}" if judgement.promised else "–"),
        (_("Penanggung jawab"), obj.responsible_unit),
    ]


class RevisionAdmin(BaseAdmin):
    """Asked by one, decided by another; readable with the pledge."""

    permits = rules.REVISION_VERBS
    verbs = (
        Verb(
            "decide",
            _("Putuskan"),
            _("Bila disetujui, tenggat baru berlaku mulai hari ini; tenggat awal tetap dinilai."),
            _("Keputusan tercatat."),
            deadlines.decide,
            DecideRevisionForm,
            PRIMARY,
        ),
    )
    list_display = ("pledge", "kind", "new_due_on", "asked", "state")
    list_filter = (
        choice(
            "decision",
            _("Keputusan"),
            [("open", _("Menunggu keputusan")), *Decision.choices],
            lambda rows, value, _user: rows.filter(decision="" if value == "open" else value),
        ),
        equals("kind", _("Jenis"), RevisionKind.choices),
    )
    search_fields = ("pledge__number", "pledge__title")
    related = ("pledge__responsible_unit", "asked_by__person", "decided_by__person")
    ordering = ("-id",)

    def visible(self, user: Any) -> QuerySet:
        return DeadlineRevision.objects.filter(pledge__in=Pledge.objects.visible_to(user).values("pk"))

    @admin.display(description=_("diminta"))
    def asked(self, obj: Any) -> str:
        return words.short_date(clock.local_date(obj.asked_at))

    @admin.display(description=_("keadaan"))
    def state(self, obj: Any) -> str:
        if not obj.decision:
            return words.badge(_("Menunggu keputusan"), words.SOON)
        return words.badge(obj.get_decision_display(), words.GOOD if obj.decision == "approve" else words.CALM)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        judgement = judgement_of(obj.pledge)
        decided = words.long_date(clock.local_date(obj.decided_at)) if obj.decided_at else ""
        return {
            "badge": self.state(obj),
            "lead": obj.pledge.title,
            "facts": [
                (_("Janji"), obj.pledge),
                (_("Tenggat awal"), words.long_date(judgement.first_due_on) or _("tidak disebut")),
                (_("Berlaku"), words.long_date(judgement.due_on) or "–"),
                (_("Tenggat baru yang diminta"), words.long_date(obj.new_due_on)),
                (_("Alasan"), obj.reason),
                (_("Diminta oleh"), obj.asked_by),
                *(
                    [(_("Diputuskan"), f"{obj.decided_by}, {decided}"), (_("Alasan keputusan"), obj.decision_reason)]
                    if decided
                    else []
                ),
            ],
            "timeline": [],
        }

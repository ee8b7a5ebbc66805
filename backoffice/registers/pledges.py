"""Pledges and their deadlines: in the words spoken, published by a second person, late from the first date on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Handover, HandoverItem
from assets.states import GIVEN
from backoffice import filters, html
from backoffice.base import BaseAdmin, address_of, linked, shows
from backoffice.forms import form_for, initial_of
from backoffice.navigation import installation_of
from backoffice.pledge_line import pledge_line
from backoffice.registers import deadline_words
from backoffice.registers.pledge_changes import asked_of, paper_of
from backoffice.registers.pledge_forms import (
    FIELDS,
    AskingForm,
    LineChangeForm,
    MergeForm,
    PledgeForm,
)
from backoffice.registers.pledge_papers import paper_tables
from backoffice.verbs import DANGER, PRIMARY, Button
from core import acts, clock, words
from handing_over.whereabouts import gone, with_held_before
from pledges import closures, conditions, deadlines, merging, notice, passing_on, pledging
from pledges.counting import lines_with_delivered
from pledges.figure_rows import recorded_after_among
from pledges.kinds import acts_on_kinds
from pledges.lists import PLEDGES
from pledges.models import Delivery, Pledge
from pledges.models.asked import AskedOfPledge
from pledges.reading import judgement_of, lapsed_among
from pledges.states import Publication, Status
from pledges.suggesting import suggestion_of
from pledges.verbs import VERBS
from requests_app.models import Fulfilment
from wording import badges, standing, whereabouts
from wording.nothing import NOTHING, or_nothing

Receipt = tuple[HandoverItem, date | None, int | None, str, str]
"""A device handed over, the day from which it counts, another paper (id) that is told of, and what is said of it: with
names, and without."""


@shows(Pledge)
class PledgeAdmin(deadline_words.SideBySide, BaseAdmin):
    listing = PLEDGES
    verbs, creates = VERBS, pledging.draft
    forms = {
        "create": PledgeForm, "change": PledgeForm, "ask-line-change": LineChangeForm, "merge": MergeForm,
        **{acts.of(verb).name: form_for(verb, AskingForm) for verb in (
            deadlines.ask, conditions.meet, closures.excuse, closures.withdraw, passing_on.pass_on
        )},
    }  # fmt: skip
    tones = {"submit": PRIMARY, "publish": PRIMARY, **dict.fromkeys(("reject", "excuse", "withdraw", "delete"), DANGER)}
    templates = {
        "create": "backoffice/pledge_form.html", "change": "backoffice/pledge_form.html",
        "publish": "backoffice/publish.html", "ask-line-change": "backoffice/rows.html",
    }  # fmt: skip
    list_display = ("what", "office", "status_shown", "delivered_shown", "due", "late_by")
    list_filter = filters.of(PLEDGES)
    search_help_text = _("Cari nomor, judul, ucapan, jabatan")
    related = ("office", "responsible_unit")
    nothing = _("Belum ada janji di sini.")

    def list_title(self, request: HttpRequest) -> Any:
        return installation_of(request).get_pledge_noun_display()

    @admin.display(description=_("janji"))
    def what(self, obj: Any) -> str:
        return str(obj)

    @admin.display(description=_("status"))
    def status_shown(self, obj: Any) -> str:
        return html.badge(badges.pledge(obj))

    @admin.display(description=_("diterima"))
    def delivered_shown(self, obj: Any) -> str:
        return standing.received(obj)

    @admin.display(description=_("tenggat"), ordering="due_on")
    def due(self, obj: Any) -> str:
        return words.short_date(obj.due_on)

    @admin.display(description=_("keterlambatan"), ordering="late_for")
    def late_by(self, obj: Any) -> str:
        return standing.in_short(obj, recorded_after=obj.recorded_after)

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        late = recorded_after_among([row.pk for row in rows if row.status in Status.KEPT])
        for row in rows:
            row.recorded_after = row.pk in late

    files = ("closing_document",)

    def file_label(self, obj: Any, name: str) -> Any:
        return _("Dokumen penutupan")

    def initial(self, verb: Button, subject: Any) -> dict[str, Any]:
        if verb.name == "ask-revision":
            return {"kind": next(iter(deadlines.kinds_that_fit(subject, judgement_of(subject))), None)}
        if verb.name == "meet-condition":
            return {"new_due_on": suggestion_of(subject).limit}
        if verb.name == "add-effort":
            return {"effective_on": clock.today()}
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
        lines = obj.lines.select_related("unit", "family", "device_type", "taken_from__unit")
        lines = lines_with_delivered(lines.prefetch_related("taken_over__unit")).order_by("unit__code")
        former = standing.former_names(obj)
        tiles = [
            (line, standing.formerly(line.unit, former.get(line.unit_id, [])), line.delivered >= line.promised,
             standing.moves(line))
            for line in lines
        ]  # fmt: skip
        owed = [done for line, _name, done, _moves in tiles if line.promised or line.delivered]
        published = obj.publication == Publication.PUBLISHED
        late_days = standing.late_figures(judgement) if published else []
        revisions = obj.deadline_revisions.select_related("asked_by__person", "decided_by__person", "caused_by")
        return {
            "title": obj.title,
            "badge": html.badge(badges.pledge(obj, judgement.extensions)),
            "lead": _leads_to(obj) or standing.lateness(obj),
            "late_days": late_days,
            "facts": _facts(obj, judgement, late_told=bool(late_days)),
            "part": "backoffice/parts/pledge.html",
            "judgement": judgement,
            "besides": acts_on_kinds(obj),
            "recorded_after": judgement.status in Status.KEPT and bool(recorded_after_among([obj.pk])),
            "track": pledge_line(obj, judgement, revisions, clock.today()) if published else "",
            "tiles": tiles,
            "asked": _asked(obj, revisions),
            "merged": obj.merged.in_effect().select_related("pledge", "asked_by__person", "decided_by__person"),
            "receipts": _receipts(obj, request.user),
            "owed": len(owed),
            "received": sum(owed),
            "tables": paper_tables(obj, judgement.first_due_on, request.user),
        }


def _leads_to(obj: Pledge) -> str:
    """Where the number of a merged pledge leads."""
    stayed = merging.canonical(obj)
    if stayed is None:
        return ""
    return format_html('{} <a class="g-link" href="{}">{}</a>', gettext("Digabung ke"), address_of(stayed), stayed)


def _facts(obj: Pledge, judgement: Any, *, late_told: bool) -> list[tuple[Any, Any]]:
    closed = _closed(obj.closed) if obj.closed else []
    late = [(_("Lewat tenggat pertama"), words.days(judgement.days_late_original))]
    return [
        (_("Nomor"), obj.number or _("belum ada")),
        (_("Diucapkan oleh"), obj.office),
        *standing.successions(obj),
        (_("Acara"), or_nothing(" · ".join(filter(None, (obj.occasion, obj.place))))),
        (_("Diucapkan"), words.span(obj.made_on_from, obj.made_on_to)),
        (_("Dasar"), obj.get_basis_display()),
        standing.first_deadline(obj, judgement),
        (_("Berlaku"), or_nothing(words.long_date(judgement.due_on))),
        *deadline_words.facts(obj),
        *(late if judgement.days_late_original and not late_told else []),
        *_on_its_way(obj),
        (_("Diterima"), words.out_of(judgement.delivered, judgement.promised) if judgement.promised else NOTHING),
        (_("Penanggung jawab"), obj.responsible_unit),
        *closed,
        *standing.fallen(obj),
    ]


def _on_its_way(obj: Pledge) -> list[tuple[Any, Any]]:
    """Of words not yet published: from when they may be, by when their desk should pass them on, why they came back."""
    limits = notice.Limits()
    due = limits.due_on(obj)
    if due is None:
        return []
    desk = _("PPID") if obj.publication == Publication.SUBMITTED else _("verifikator")
    told = [
        (_("Dapat diterbitkan mulai"), words.long_date(limits.publishable_on(obj))),
        (_("Batas di meja %(desk)s") % {"desk": desk}, standing.deadline(due)),
    ]
    if obj.sent_back_at:
        why = f"{words.long_date(clock.local_date(obj.sent_back_at))} · {obj.sent_back_reason}"
        told.append((_("Dikembalikan kepada pencatat"), why))
    return told


def _closed(closure: Any) -> list[tuple[Any, Any]]:
    reason = " · ".join(filter(None, (closure.get_excuse_display(), closure.reason)))
    link = format_html('<a class="g-link" href="{}">{}</a>', address_of(closure), paper_of(closure))
    return [
        (closure.get_kind_display(), words.long_date(closure.effective_on)),
        (_("Alasan"), reason),
        (_("Diminta oleh"), closure.asked_by),
        (_("Diputuskan oleh"), closure.decided_by),
        (_("Dokumen"), link),
        *([(_("Digabung ke"), closure.merged_into)] if closure.merged_into else []),
    ]


def _asked(obj: Pledge, revisions: QuerySet) -> list[tuple[Any, list[tuple[Any, Any]]]]:
    """What was asked about the pledge, by what it is about: each a link to its page, and how it stands."""
    found = (
        (_("Perubahan tenggat"), revisions),
        (_("Perubahan baris"), obj.line_changes.all()),
        (_("Penutupan"), obj.closures.all()),
        (_("Alih penanggung jawab"), obj.passings_on.select_related("responsible_unit")),
    )
    return [(name, _with_state(rows)) for name, rows in found if rows]


def _with_state(rows: QuerySet) -> list[tuple[Any, Any]]:
    lapsed = lapsed_among(rows)
    return [(_link(each), badges.asked(each, lapsed=each.pk in lapsed).text) for each in rows]


def _link(row: AskedOfPledge) -> str:
    return format_html('<a class="g-link" href="{}">{}</a>', address_of(row), asked_of(row))


def _receipts(obj: Pledge, user: Any) -> list[tuple[Any, str]]:
    """What there is to say of devices beside their day: what counts or stands still, what no longer does, what never
    did. Who does not read the handover is told what kind of thing it was, without label, paper, person or link."""
    rows = [*_counting(obj, user), *_ended(obj), *_not_counted(obj)]
    papers = {pk for item, _day, other, *_said in rows for pk in (item.handover_id, other) if pk}
    seen = set(Handover.objects.visible_to(user).filter(pk__in=papers).values_list("pk", flat=True))
    told = []
    for item, day, other, whole, bare in rows:
        named = item.handover_id in seen
        said = whole if named and (other is None or other in seen) else bare
        thing = str(item.asset if named else item.asset.device_type)
        name = f"{thing} · {words.short_date(day)}" if day else thing
        if said:
            told.append((linked(item.handover, name) if named else name, said))
    return told


def _counting(obj: Pledge, user: Any) -> Iterator[Receipt]:
    """Devices that count, or stand still; also where they were before the promise, and are now."""
    standing_ones = Delivery.objects.standing().filter(line__pledge=obj, counts_until__isnull=True)
    found = list(
        standing_ones.select_related(
            "item__handover__recipient_unit",
            "item__asset__device_type",
            "asset__device_type",
            "line__unit",
            "checked_by__person",
            "scan__attached_by__person",
            "waits_for__added_by__person",
        ).prefetch_related("item__absences")
    )
    items = [each.item for each in found]
    whole, bare = (standing.newcomers(items, named=named) for named in (True, False))
    before = with_held_before(HandoverItem.objects.filter(pk__in=[each.pk for each in items])).in_bulk()
    left = gone(found)
    seen = set(
        Asset.objects.visible_to(user).filter(pk__in=[each.asset_id for each in found]).values_list("pk", flat=True)
    )
    for each in found:
        where = (
            whereabouts.held_before(before[each.item_id]),
            whereabouts.now_elsewhere(left.get(each.item_id), seen=each.asset_id in seen),
        )
        said = (standing.receipt(each, named=True), whole.get(each.item_id), *where)
        less = (standing.receipt(each, named=False), bare.get(each.item_id), *where)
        yield each.item, each.counts_from, None, ", ".join(filter(None, said)), ", ".join(filter(None, less))


def _ended(obj: Pledge) -> Iterator[Receipt]:
    """Devices that counted and no longer do, by what."""
    found = Delivery.objects.standing().filter(
        line__pledge=obj, counts_until__gt=F("counts_from"), ended_by__isnull=False
    )
    going_on = Delivery.objects.standing().filter(item=OuterRef("item"), counts_from__gte=OuterRef("counts_until"))
    told: QuerySet[Any] = found.filter(~Exists(going_on)).select_related(
        "ended_by__handover__recorded_by__person", "item__asset__device_type", "item__handover"
    )
    for each in told.order_by("counts_until", "pk"):
        said = standing.ended(each, named=True), standing.ended(each, named=False)
        yield each.item, None, each.ended_by.handover_id, *said


def _not_counted(obj: Pledge) -> Iterator[Receipt]:
    """Devices handed over for the pledge that have not counted for it, and why."""
    counted = Delivery.objects.standing().filter(item=OuterRef("item"))
    given = Fulfilment.objects.filter(~Exists(counted), pledge_line__pledge=obj)
    found = given.filter(item__state__in=GIVEN).select_related(
        "item__asset__device_type", "item__handover__from_unit", "item__handover__recipient_unit", "pledge_line__unit",
        "pledge_line__pledge__office__unit", "pledge_line__pledge__responsible_unit",
    )  # fmt: skip
    for each in found.order_by("item"):
        said = standing.not_counted(each.pledge_line, each.item)
        yield each.item, None, None, said, said

"""Where a pledge stands: what was received of it, how late it is, since when it is over."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assets.states import Missing
from core import clock, words
from core.clock import days_past
from pledges.states import Publication, Status
from pledges.status import Judgement, days_late
from wording.badges import Tone


def received(standing: Any) -> str:
    """ "3 dari 40" devices, of a judged pledge or its judgement."""
    if not standing.promised:
        return gettext("jumlah tidak disebut")
    return words.out_of(standing.delivered, standing.promised)


def confirmed_later(days: int | None) -> str:
    """That a receiver confirmed long after the handover; empty when soon or not yet."""
    return gettext("dikonfirmasi %(days)s kemudian") % {"days": words.days(days)} if days else ""


def not_of_the_unit(item: Any) -> str:
    """That a device was received by somebody who does not speak for its unit; empty otherwise."""
    if item.unit_accepted or item.accepted_at is None:
        return ""
    return gettext("bukan oleh orang unit penerima sendiri, jadi tidak dihitung untuk janji")


def kind_waits(device_type: Any) -> str:
    """That devices of a kind do not count yet, and whom to ask; empty when nothing is waited for."""
    if not device_type.unconfirmed:
        return ""
    said = gettext(
        "Jenis %(kind)s belum dikonfirmasi orang kedua: untuk janji yang menyebut kelompoknya perangkat ini belum "
        "dihitung. Minta verifikator, perencana atau pengurus barang selain %(who)s mengonfirmasinya."
    )
    return said % {"kind": device_type, "who": device_type.added_by}


def away(absence: Any) -> str:
    """Why a device is not at its unit, and since when it does not count for its promise or until when it does."""
    told = {"since": words.long_date(absence.began_on), "stops": words.long_date(absence.stops_on)}
    if absence.kind == Missing.LOSS:
        why = gettext("hilang menurut pengurus barang sejak %(since)s, belum dibenarkan unit") % told
    elif absence.agreed:
        why = gettext("dalam perbaikan sejak %(since)s, unit setuju 90 hari lagi, belum dinyatakan kembali") % told
    else:
        why = gettext("dalam perbaikan sejak %(since)s, belum dinyatakan kembali oleh unit") % told
    stopped = absence.stops_on <= clock.today()
    how = (
        gettext("untuk janji tidak dihitung sejak %(stops)s")
        if stopped
        else gettext("untuk janji tidak dihitung lagi mulai %(stops)s")
    )
    return f"{why}; {how % told}"


def receipt(delivery: Any) -> str:
    """How a device came to count, where it is worth a word: on a signed paper, from the archive, confirmed late; and
    why it does not count now."""
    late = confirmed_later(delivery.item.confirmed_after_days)
    if delivery.checked_by:
        how = gettext("dari arsip, diperiksa %(who)s") % {"who": delivery.checked_by}
    elif delivery.scan:
        how = gettext("menurut BAST bertanda tangan, dilampirkan %(who)s") % {"who": delivery.scan.attached_by}
    else:
        how = ""
    served = gettext("masa manfaat terpenuhi") if delivery.served_on <= clock.today() else ""
    missed = [away(each) for each in delivery.item.absences.all() if not served and each.open]
    waits = kind_waits(delivery.waits_for) if delivery.waits_for else ""
    return ", ".join(filter(None, (how, late, served, *missed, waits)))


def deadline(day: date | None) -> str:
    return words.long_date(day) or gettext("tidak disebut")


def first_deadline(pledge: Any, judgement: Judgement) -> tuple[Any, str]:
    """The first date and what it is called: only one that was said with the promise, and as recorded, is "awal"."""
    first = judgement.first_due_on
    if first is None or (judgement.corrected_on is None and first == pledge.original_due_on):
        return _("Tenggat awal"), deadline(first)
    if judgement.corrected_on and pledge.original_due_on:
        told = {"day": words.long_date(first), "recorded": words.long_date(pledge.original_due_on),
                "on": words.long_date(judgement.corrected_on)}  # fmt: skip
        return _("Tenggat pertama"), gettext("%(day)s (tercatat %(recorded)s, dikoreksi %(on)s)") % told
    if judgement.dated_after_days is not None:
        return _("Tenggat susulan"), words.long_date(first)
    return _("Tenggat pertama"), words.long_date(first)


def lateness(pledge: Any) -> str:
    """How late a judged pledge is against the date in force, how old without one, or since when it is over."""
    if pledge.publication != Publication.PUBLISHED:
        return ""
    if pledge.status in Status.CLOSED:
        return gettext("sejak %(day)s") % {"day": words.short_date(pledge.closed_on)}
    if pledge.status in Status.KEPT:
        return _kept(pledge)
    late, late_original = _late_on(pledge, clock.today())
    said = []
    if pledge.status == Status.TAKEN_BACK:
        said.append(gettext("pernah lengkap %(day)s") % {"day": words.short_date(pledge.completed_on)})
    if late:
        said.append(gettext("%(age)s lewat tenggat") % {"age": words.age(late)})
    elif late_original:
        said.append(gettext("%(age)s lewat tenggat pertama") % {"age": words.age(late_original)})
    return ", ".join(said) or _still_in_time(pledge)


def _late_on(pledge: Any, day: date) -> tuple[int, int]:
    """Days late of a judged pledge, against the date in force and the first one."""
    counted = (pledge.closed_on, pledge.completed_on, pledge.promised, pledge.delivered, day)
    return days_late(pledge.due_on, *counted), days_late(pledge.first_due_on, *counted)


def _kept(pledge: Any) -> str:
    said = gettext("ditepati %(day)s") % {"day": words.short_date(pledge.completed_on)}
    if pledge.first_due_on is None or pledge.first_due_on == pledge.completed_on:
        return said
    _late, late_original = _late_on(pledge, clock.today())
    if late_original:
        how = gettext("%(age)s lewat tenggat pertama") % {"age": words.age(late_original)}
    else:
        how = gettext("%(age)s lebih cepat") % {"age": words.age(days_past(pledge.completed_on, pledge.first_due_on))}
    return f"{said}, {how}"


def _still_in_time(pledge: Any) -> str:
    if pledge.due_on:
        return gettext("tenggat %(day)s") % {"day": words.short_date(pledge.due_on)}
    return gettext("%(age)s sejak diucapkan") % {"age": words.age(days_past(pledge.made_on_to, clock.today()))}


def lateness_on(pledge: Any, day: date) -> str:
    """How late a judged pledge is on ``day``, against the date in force and the first one; its age without a date."""
    if pledge.first_due_on is None:
        return gettext("%(age)s sejak diucapkan") % {"age": words.days(days_past(pledge.made_on_to, day))}
    late, first = _late_on(pledge, day)
    said = [gettext("%(age)s lewat tenggat") % {"age": words.days(late)}] if late else []
    if first and first != late:
        said.append(gettext("%(age)s lewat tenggat pertama") % {"age": words.days(first)})
    return "; ".join(said) or gettext("belum lewat tenggat")


def late_figures(judgement: Judgement) -> list[tuple[str, str, Tone]]:
    """``(number, words, tone)`` of days late, the largest matter first; none for what is in time, kept or closed."""
    if judgement.status in Status.KEPT | Status.CLOSED:
        return []
    late, original, age = judgement.days_late, judgement.days_late_original, judgement.age_days
    found = [
        (late, ngettext("hari lewat tenggat berlaku", "hari lewat tenggat berlaku", late), Tone.LATE),
        (original, ngettext("hari lewat tenggat pertama", "hari lewat tenggat pertama", original), Tone.SOON),
        (age, ngettext("hari sejak diucapkan", "hari sejak diucapkan", age), Tone.SOON),
    ]
    wanted = (late > 0, original > late, judgement.status == Status.DANGLING)
    return [(words.thousands(n), said, tone) for (n, said, tone), shown in zip(found, wanted, strict=True) if shown]

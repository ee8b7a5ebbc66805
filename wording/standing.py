"""Where a pledge stands: what was received of it, how late it is, since when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assets.models import HandoverItem
from assets.states import HandoverKind, HandoverState, Missing
from core import clock, words
from core.clock import days_past
from core.facts import turns
from core.journal import history
from core.models import Decision
from handing_over.speaking import received_through_a_password
from org.departing import ending
from org.models import Person, Succession, Unit, UnitSuccession, User
from org.succeeding import DECIDED, TAKEN_BACK
from org.succession import offices_after
from org.unit_names import Renamed, renamed
from pledges.deliveries import Hindrance, hindrance
from pledges.falling import Fall, falls_of
from pledges.states import Publication, Status
from pledges.status import Judgement, dangled, dated_after, days_late
from wording.badges import Tone

RECORDED_AFTER = _("dicatat sesudah terpenuhi")
NEWCOMER = timedelta(days=30)
"""Who speaks for a unit to which he came within so many days before is told to have come."""


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
    if received_through_a_password(item):
        return gettext("kata sandi akun penerimanya dipasang orang dari pihak lain, jadi tidak dihitung untuk janji")
    return gettext("bukan oleh orang unit penerima sendiri, jadi tidak dihitung untuk janji")


NOT_COUNTED = {
    Hindrance.LOANED: _("dipinjamkan, tidak diserahkan"),
    Hindrance.OTHER_KIND: _("jenisnya lain dari yang dijanjikan dan tidak diterima sebagai pengganti"),
    Hindrance.BEFORE_THE_PROMISE: _("diserahkan sebelum janji diucapkan"),
    Hindrance.NOT_THERE: _("tidak lagi di unit yang dijanjikan"),
    Hindrance.ELSEWHERE: _("bukan untuk unit yang dijanjikan"),
    Hindrance.OWN_HOUSE: _("tetap di rumah sendiri: unit jabatan yang berjanji, penanggung jawab, atau pemberinya"),
    Hindrance.GIVEN_ANEW: _("sudah diserahkan lagi untuk yang lain"),
}


def not_counted(line: Any, item: Any) -> str:
    """That a device that was handed over for a line of a pledge has never counted for it, and why."""
    return gettext("tidak dihitung untuk janji: %(why)s") % {"why": _hindered(line, item)}


def _hindered(line: Any, item: Any) -> str:
    if hindered := hindrance(line, item):
        return str(NOT_COUNTED[hindered])
    if item.state == HandoverState.DISPUTED:
        return gettext("disanggah unit penerima")
    if item.unit_accepted:
        return gettext("belum memenuhi syarat saat diterima")
    if item.accepted_at and received_through_a_password(item):
        return gettext("diterima dengan akun yang kata sandinya dipasang orang dari pihak lain")
    if item.accepted_at:
        return gettext("diterima bukan oleh orang unit penerima sendiri")
    return gettext("menunggu konfirmasi unit penerima")


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


def holder_leaves(custody: Any) -> list[str]:
    """That who has a device is to leave, and where it goes then; nothing where they stay."""
    person = custody.person if custody else None
    if person is None or person.leaving_since is None:
        return []
    told = {"day": words.short_date(person.leaving_since), "to": person.devices_to}
    if person.devices_to:
        said = gettext("pemegang pindah atau berhenti (dicatat %(day)s); perangkat akan diserahkan kepada %(to)s")
    else:
        said = gettext("pemegang pindah atau berhenti (dicatat %(day)s); perangkat akan kembali ke gudang")
    return [said % told]


def comes(device: Any) -> str:
    """That the device of who is to leave goes to the reader, and what he is asked then."""
    holder = device.custody.person
    told = {"kind": device.device_type, "device": device, "from": holder, "day": words.short_date(holder.leaving_since)}
    said = gettext("%(kind)s %(device)s dari %(from)s akan diserahkan kepada Anda (dicatat %(day)s).") % told
    return f"{said} {gettext('Saat diserahkan, penerimaannya ditanyakan di sini.')}"


def leaves(person: Any) -> list[str]:
    """Of who is to leave: where to, since when it is said, and what becomes of devices and roles."""
    if person.leaving_since is None:
        return []
    to = person.moves_to
    told = {"day": words.short_date(person.leaving_since), "unit": to, "to": person.devices_to}
    goes = gettext("Akan pindah ke %(unit)s (dicatat %(day)s)") if to else gettext("Akan berhenti (dicatat %(day)s)")
    devices = gettext("Perangkatnya diserahkan kepada %(to)s") if told["to"] else gettext("Perangkatnya ke gudang")
    roles = [
        f"{each}: {gettext('tetap berlaku') if each.kept_because else gettext('berakhir pada hari pindah')}"
        for each in (ending(person, to) if to else ())
    ]
    return [goes % told, devices % told, *roles]


def newcomers(items: Sequence[Any], *, named: bool) -> dict[int, str]:
    """Of items whose receiver had come to his unit shortly before he confirmed them: since when, by id. ``named``: also
    who it was."""
    rows = HandoverItem.objects.filter(pk__in=[each.pk for each in items]).order_by().values("pk")
    confirmed = turns(HandoverItem, rows, "unit_accepted", False)
    users = User.objects.select_related("person").in_bulk([event.actor_id for event, _pk, _value in confirmed])
    people = Person.objects.filter(user__in=users).order_by().values("pk")
    came: dict[int, list[Any]] = {}
    for event, person, _unit in turns(Person, people, "unit_id", None):
        came.setdefault(person, []).append(event.at)
    told = {}
    for event, pk, _value in confirmed:
        who = users.get(event.actor_id)
        before = [at for at in came.get(who.person_id, []) if at <= event.at] if who else []
        if before and event.at - before[-1] < NEWCOMER:
            said = {"who": who, "day": words.short_date(clock.local_date(before[-1]))}
            whole = gettext("penerima %(who)s tercatat di unit ini sejak %(day)s")
            told[pk] = (whole if named else gettext("penerima tercatat di unit ini sejak %(day)s")) % said
    return told


def receipt(delivery: Any, *, named: bool) -> str:
    """How a device came to count, where it is worth a word: on a signed paper, from the archive, confirmed late, as a
    substitute, below the promised unit; and why it does not count now. ``named``: also who did what of it."""
    item, unit = delivery.item, delivery.item.handover.recipient_unit
    late = confirmed_later(item.confirmed_after_days)
    if delivery.checked_by and not named:
        how = gettext("dari arsip")
    elif delivery.scan and not named:
        how = gettext("menurut BAST bertanda tangan; penerima belum menyatakannya")
    elif delivery.checked_by:
        how = gettext("dari arsip, diperiksa %(who)s") % {"who": delivery.checked_by}
    elif delivery.scan:
        told = {"who": delivery.scan.attached_by, "day": words.short_date(clock.local_date(delivery.scan.created_at))}
        how = gettext("menurut BAST bertanda tangan, dilampirkan %(who)s %(day)s; penerima belum menyatakannya") % told
    else:
        how = ""
    instead = gettext("diterima sebagai pengganti: %(kind)s") % {"kind": delivery.asset.device_type}
    below = gettext("di %(unit)s") % {"unit": unit}
    served = gettext("masa manfaat terpenuhi") if delivery.served_on <= clock.today() else ""
    missed = [away(each) for each in item.absences.all() if not served and each.open]
    waits = kind_waits(delivery.waits_for) if delivery.waits_for and named else ""
    where = (instead if item.substitute else "", below if unit != delivery.line.unit else "")
    return ", ".join(filter(None, (how, *where, late, _recorded_later(delivery), served, *missed, waits)))


def _recorded_later(delivery: Any) -> str:
    """That a device counts from the day on which its handover was recorded, long after it came; empty otherwise."""
    came, recorded = delivery.item.received_on, delivery.item.handover.recorded_at
    if came is None or recorded is None or not came < delivery.counts_from == clock.local_date(recorded):
        return ""
    return gettext("diterima %(day)s, dihitung sejak serah terimanya dicatat") % {"day": words.short_date(came)}


def ended(delivery: Any, *, named: bool) -> str:
    """By what a device that counted no longer does, and since when; that a return lacks its unit's word. ``named``:
    with the number of the paper."""
    handover = delivery.ended_by.handover
    how = handover.get_kind_display()
    told = {"day": words.short_date(delivery.counts_until), "how": f"{how} {handover.number}" if named else how}
    said = gettext("tidak dihitung lagi sejak %(day)s: %(how)s") % told
    if handover.kind == HandoverKind.RETURN and handover.confirmed_by_id is None:
        return f"{said}; {gettext('pengembalian ini belum dibenarkan unit pemegangnya')}"
    return said


def moves(line: Any) -> list[str]:
    """From which unit a line came, and to which units how much of it went, with the day."""
    came = [gettext("dari %(unit)s") % {"unit": line.taken_from.unit}] if line.taken_from else []
    said = gettext("dipindahkan ke %(unit)s: %(n)s, %(day)s")
    went = [
        said % {"unit": each.unit, "n": words.thousands(each.quantity), "day": words.short_date(each.effective_on)}
        for each in line.taken_over.all()
    ]
    return came + went


def successions(pledge: Any) -> list[tuple[Any, str]]:
    """Under which office a pledge stands now, and who came after the units that it promises something to."""
    told = []
    for office in offices_after(pledge.office_id):
        taken = office.succeeded.in_effect().filter(kind=Succession.Kind.TAKES_PLACE)
        taken = taken.select_related("asked_by__person", "decided_by__person")
        told.append((_("Kini pada jabatan"), " · ".join([str(office), *(_decreed(each) for each in taken[:1])])))
    units = pledge.lines.order_by().values("unit")
    found = UnitSuccession.objects.in_effect().filter(predecessor__in=units).select_related("predecessor", "successor")
    found = found.select_related("asked_by__person", "decided_by__person")
    came = ((_("Penerus unit"), f"{each} · {each.get_kind_display()} · {_decreed(each)}") for each in found)
    return [*told, *_answered_before(pledge), *came, *_in_use(pledge)]


def _decreed(succession: Any) -> str:
    """By which decree, since when, and who proposed and confirmed it."""
    said = gettext("diusulkan %(asker)s, dikonfirmasi %(decider)s")
    by = said % {"asker": succession.asked_by, "decider": succession.decided_by}
    return f"{succession.said} · {by}"


def _in_use(pledge: Any) -> list[tuple[Any, str]]:
    """Who put units that a pledge names out of use, or into use again, since it is on record."""
    found = turns(Unit, pledge.lines.order_by().values("unit"), "active", True)
    since = [each for each in found if each[0].at >= pledge.created_at]
    units = Unit.objects.in_bulk([pk for _event, pk, _value in since])
    actors = User.objects.select_related("person").in_bulk([event.actor_id for event, _pk, _value in since])
    used, unused = gettext("dipakai lagi"), gettext("tidak dipakai lagi")
    return [
        (units[pk], f"{used if active else unused} · {words.short_date(clock.local_date(event.at))} · "
         f"{actors.get(event.actor_id) or gettext('sistem')}")
        for event, pk, active in since
    ]  # fmt: skip


def former_names(pledge: Any) -> dict[int, list[Renamed]]:
    """By unit the names that those a published pledge promises something to have borne since, oldest first."""
    found: dict[int, list[Renamed]] = {}
    if pledge.published_at is not None:
        for each in renamed(set(pledge.lines.order_by().values_list("unit_id", flat=True))):
            if each.event.at > pledge.published_at:
                found.setdefault(each.unit_id, []).append(each)
    return found


def formerly(unit: Unit, names: list[Renamed]) -> str:
    """The name of a unit, with the one under which it was promised something where that was another."""
    if not names or names[0].name == unit.name:
        return unit.name
    return gettext("%(unit)s (dulu %(old)s)") % {"unit": unit.name, "old": names[0].name}


def _answered_before(pledge: Any) -> list[tuple[Any, str]]:
    """The units whose place another took that now answers for the pledge."""
    found = history(pledge).filter(verb__in=[DECIDED[Unit], TAKEN_BACK[Unit]]).order_by("seq")
    passed = [(each.changes["responsible_unit"][0], each.at) for each in found if "responsible_unit" in each.changes]
    names = {unit.code: unit for unit in Unit.objects.filter(code__in=[code for code, _at in passed])}
    return [
        (_("Penanggung jawab sebelumnya"),
         gettext("%(unit)s, digantikan penerusnya; tercatat %(day)s")
         % {"unit": names.get(code, code), "day": words.short_date(clock.local_date(at))})
        for code, at in passed
    ]  # fmt: skip


def fallen(pledge: Any) -> list[tuple[Any, str]]:
    """An excuse that no longer holds: since when, and who lives or came after."""
    approved = [each for each in pledge.closures.all() if each.decision == Decision.APPROVE]
    firsts = {fall.closure_id: fall for fall in reversed(falls_of(approved))}
    return [(_("Alasan gugur"), _fell(fall)) for fall in firsts.values() if fall.day <= clock.today()]


def _fell(fall: Fall) -> str:
    said = {"unit": fall.unit, "day": words.short_date(fall.day)}
    if fall.succession is None:
        return gettext("%(unit)s dipakai lagi sejak %(day)s; janji ini terbuka kembali") % said
    said |= {"successor": fall.succession.successor, "decree": fall.succession.decree}
    return gettext("%(unit)s punya penerus sejak %(day)s: %(successor)s (%(decree)s); janji ini terbuka kembali") % said


def deadline(day: date | None) -> str:
    return words.long_date(day) or gettext("tidak disebut")


def first_deadline(pledge: Any, judgement: Any) -> tuple[Any, str]:
    """The first date and what it is called: only one that was said with the promise, and as recorded, is "awal"."""
    first = judgement.first_due_on
    as_said = first == pledge.original_due_on and judgement.dated_on is None
    if first is None or (judgement.corrected_on is None and as_said):
        return _("Tenggat awal"), deadline(first)
    if told := recorded(pledge, judgement):
        return _("Tenggat pertama"), f"{words.long_date(first)} ({told})"
    if judgement.dated_on is not None:
        return _("Tenggat susulan"), words.long_date(first)
    return _("Tenggat pertama"), words.long_date(first)


def recorded(pledge: Any, judgement: Any) -> str:
    """The first date as it was recorded and since when another stands; empty where none was corrected."""
    if not (judgement.corrected_on and pledge.original_due_on):
        return ""
    return gettext("tercatat %(recorded)s, dikoreksi %(on)s") % {
        "recorded": words.long_date(pledge.original_due_on), "on": words.long_date(judgement.corrected_on),
    }  # fmt: skip


def marks(pledge: Any, *, recorded_after: bool = False) -> list[str]:
    """What stands beside the status of a judged pledge: a date corrected or given later, a record that came late."""
    later = dated_after(pledge.said_on, pledge.dated_on)
    dangled_days = dangled(pledge.status, pledge.said_on, pledge.dated_on)
    return [
        *filter(None, [recorded(pledge, pledge)]),
        *([dated_later(later, dangled_days)] if later is not None else []),
        *([str(RECORDED_AFTER)] if recorded_after else []),
    ]


def dated_later(days: int, dangled_days: int | None) -> str:
    """That a promise without a date was given one later, and that it had been dangling by then."""
    if dangled_days is not None:
        return gettext("menggantung %(age)s sebelum diberi tenggat") % {"age": words.days(dangled_days)}
    return gettext("tenggat diberikan %(age)s sesudah janji diucapkan") % {"age": words.days(days)}


def in_short(pledge: Any, *, recorded_after: bool = False) -> str:
    """A judged pledge in one line of a list: how late it is, and what stands beside that."""
    return " · ".join(filter(None, [lateness(pledge), *marks(pledge, recorded_after=recorded_after)]))


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

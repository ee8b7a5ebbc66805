"""The page of figures: how pledges were kept, said in sentences, each with what it counts and on which day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from backoffice.base import address_of
from backoffice.charts import Bar, Columns, bars, columns
from backoffice.forms import DayField, PlainForm
from backoffice.navigation import installation_of, is_office
from core import clock, words
from core.strict import FIRST_DAY
from org.models import Office, Tenure
from pledges import figure_rows, figures
from pledges.figures import DENOMINATORS, RATES, Figures, Held, Point, Rate, Share
from pledges.models import Pledge
from pledges.states import DANGLING_AFTER_DAYS
from wording.badges import Tone

MONTHS = 12

# share -> its name, and the sentence that says it
SHARES: dict[str, tuple[Any, Any]] = {
    "on_time": (
        _("Ditepati sampai tenggat awal"),
        _("%(part)s dari %(n)s janji tegas ditepati sampai tenggat awal (%(percent)s)."),
    ),
    "on_time_now": (
        _("Ditepati sampai tenggat yang berlaku"),
        _("%(part)s dari %(n)s janji tegas ditepati sampai tenggat yang berlaku (%(percent)s)."),
    ),
    "on_time_strict": (
        _("Ditepati, yang tidak dapat dilaksanakan ikut dihitung"),
        _("Bila yang tidak dapat dilaksanakan ikut dihitung: %(part)s dari %(n)s (%(percent)s)."),
    ),
    "devices_on_time": (
        _("Perangkat menurut tenggat awal"),
        _(
            "%(part)s dari %(n)s perangkat diterima sampai tenggat awal, juga bila janjinya belum utuh ditepati "
            "(%(percent)s)."
        ),
    ),
    "recorded_after": (
        _("Dicatat sesudah terpenuhi"),
        _("Dicatat sesudah terpenuhi: %(part)s dari %(n)s ditepati sampai tenggat awal (%(percent)s)."),
    ),
    "delivered": (
        _("Perangkat yang diterima"),
        _("%(part)s dari %(n)s perangkat yang dijanjikan sudah diterima (%(percent)s)."),
    ),
    "without_date": (
        _("Tanpa tenggat"),
        _("%(part)s dari %(n)s janji diucapkan tanpa tenggat (%(percent)s)."),
    ),
    "dangling": (_("Menggantung"), _("%(part)s dari %(n)s janji menggantung (%(percent)s).")),
    "dated_dangling": (
        _("Menggantung sebelum diberi tenggat"),
        _("%(part)s dari %(n)s janji menggantung sebelum diberi tenggat, dan belum ditepati (%(percent)s)."),
    ),
    "conditional": (_("Bersyarat"), _("%(part)s dari %(n)s janji bersyarat (%(percent)s).")),
    "intention": (_("Niat"), _("%(part)s dari %(n)s janji baru niat (%(percent)s).")),
}
AGES = {
    "0-90": _("sampai 90 hari"),
    "91-180": _("91 sampai 180 hari"),
    "181-365": _("181 sampai 365 hari"),
    "366-": _("lebih dari setahun"),
}


class AsOfForm(PlainForm):
    as_of = DayField(label=_("Keadaan per tanggal"), required=False)

    def clean_as_of(self) -> date | None:
        day: date | None = self.cleaned_data["as_of"]
        if day and not FIRST_DAY <= day <= clock.today():
            raise ValidationError(_("Isi tanggal yang sudah terjadi, paling awal 1 Januari 1900."))
        return day


@dataclass(frozen=True)
class Told:
    """A figure as a sentence, and what it counts."""

    sentence: Any
    counts: Any


def screen(request: HttpRequest) -> dict[str, Any]:
    """Everything on the page, as of the day asked for (today). For the roles of the office."""
    if not is_office(request.user):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD") or not set(request.GET) <= {"as_of"}:
        raise BadRequest
    form = AsOfForm(request.GET or None, user=request.user, initial={"as_of": clock.today()})
    day = (form.is_valid() and form.cleaned_data["as_of"]) or clock.today()
    rows = figure_rows.rows_of(Pledge.objects.all(), day)
    found = figures.figures_of(rows, day)
    return {
        "title": title(request),
        "form": form,
        "as_of": day,
        "past": day < clock.today(),
        "number": found.n,
        "kept": [_share(found, name) for name in (*RATES, "recorded_after", "conditional", "intention")],
        "owed": [_share(found, "delivered"), *_late(found)],
        "standing": [
            *(_share(found, name) for name in ("without_date", "dangling", "dated_dangling")),
            *_ended_and_recorded(found),
        ],
        "withheld": _withheld(day),
        "ages": _ages(found),
        "burn_down": _burn_down(figures.burn_down(Pledge.objects.all(), MONTHS, day)),
        "offices": _offices(figures.by_office(rows, day), figures.offices_told(rows)),
        "holders": _holders(rows, request.user, day),
    }


def title(request: HttpRequest) -> str:
    noun = str(installation_of(request).get_pledge_noun_display()).lower()
    return gettext("Angka %(noun)s") % {"noun": noun}


def _share(found: Figures, name: str) -> Told:
    share: Share = getattr(found, name)
    (label, sentence), (of, nothing) = SHARES[name], DENOMINATORS[name]
    if share.percent is None:
        return _told(f"{label}: {nothing}.", 0, _beside(found, share, of), found.as_of)
    numbers = {"part": words.thousands(share.part), "n": words.thousands(share.n)}
    said = str(sentence) % {**numbers, "percent": words.percent(share.percent)}
    if name == "on_time_now" and found.extensions:
        said += " " + _n(
            found.extensions,
            ngettext("Tenggatnya diundur %(n)s kali.", "Tenggatnya diundur %(n)s kali.", found.extensions),
        )
    if name == "dangling":
        of = gettext("%(all)s; menggantung: tanpa tenggat dan lebih dari %(days)s hari sejak diucapkan") % {
            "all": of, "days": DANGLING_AFTER_DAYS,
        }  # fmt: skip
    return _told(said, share.n, _beside(found, share, of), found.as_of)


def _beside(found: Figures, share: Share, of: Any) -> Any:
    """What a share is taken of; of a rate also how much of it rests on a corrected date, and what is not firm."""
    if not isinstance(share, Rate):
        return of
    return gettext("%(of)s; di antaranya %(n)s dengan tenggat dikoreksi; %(loose)s") % {
        "of": of, "n": words.thousands(share.corrected), "loose": _loose(found),
    }  # fmt: skip


def _loose(found: Figures) -> str:
    return gettext("janji bersyarat %(conditional)s, niat %(intention)s") % {
        "conditional": _brief(found, "conditional"), "intention": _brief(found, "intention"),
    }  # fmt: skip


def _n(number: int, said: str) -> str:
    """``said`` with the number in it, grouped."""
    return said % {"n": words.thousands(number)}


def _pledges(number: int) -> str:
    return _n(number, ngettext("%(n)s janji", "%(n)s janji", number))


def _told(sentence: Any, n: int, of: Any, day: date) -> Told:
    known = {"n": words.thousands(n), "of": of, "day": words.short_date(day)}
    return Told(sentence, gettext("n = %(n)s: %(of)s; per %(day)s") % known)


def _late(found: Figures) -> list[Told]:
    late = found.late
    debt = _n(
        found.debt, ngettext("Utang janji: %(n)s hari perangkat.", "Utang janji: %(n)s hari perangkat.", found.debt)
    )
    said = gettext("Tidak ada janji yang terlambat terhadap tenggat awal.")
    if late.median is not None and late.maximum is not None:
        said = ngettext(
            "%(n)s janji terlambat terhadap tenggat awal: median %(median)s hari, paling lama %(most)s hari.",
            "%(n)s janji terlambat terhadap tenggat awal: median %(median)s hari, paling lama %(most)s hari.",
            late.n,
        ) % {
            "n": words.thousands(late.n), "median": words.decimal(late.median), "most": words.thousands(late.maximum),
        }  # fmt: skip
    return [
        _told(said, late.n, _("janji yang terlambat; yang belum tuntas dihitung sampai tanggal ini"), found.as_of),
        _told(
            debt, found.owing,
            _("janji yang terlambat dan belum tuntas; perangkat yang belum diterima dikali hari lewat tenggat awal"),
            found.as_of,
        ),
        *_withdrawn(found),
    ]  # fmt: skip


def _withdrawn(found: Figures) -> list[Told]:
    """The debt of withdrawn promises, apart from what still grows."""
    if not found.debt_withdrawn:
        return []
    debt = found.debt_withdrawn
    said = _n(
        debt, ngettext("Utang janji yang dicabut: %(n)s hari perangkat.",
                       "Utang janji yang dicabut: %(n)s hari perangkat.", debt)
    )  # fmt: skip
    return [_told(said, found.withdrawn, _("janji yang dicabut; dihitung sampai hari pencabutan"), found.as_of)]


def _ended_and_recorded(found: Figures) -> list[Told]:
    ended = gettext("%(a)s janji dicabut, %(b)s tidak dapat dilaksanakan.") % {"a": found.withdrawn, "b": found.excused}
    told = [_told(ended, found.n, DENOMINATORS["without_date"][0], found.as_of)]
    lag = found.recording_lag
    if lag.median is not None and lag.maximum is not None:
        said = gettext("Janji dicatat %(median)s hari (median) sesudah diucapkan, paling lama %(most)s hari.") % {
            "median": words.decimal(lag.median), "most": words.thousands(lag.maximum),
        }  # fmt: skip
        told.append(_told(said, lag.n, DENOMINATORS["without_date"][0], found.as_of))
    return told


def _withheld(day: date) -> list[Told]:
    """Of what was not published there are numbers and ages, and nothing else on this page."""
    withheld = figures.unpublished(day)
    ages = ", ".join(f"{AGES[band]}: {words.thousands(number)}" for band, number in withheld.waiting_ages if number)
    waiting = _n(
        withheld.waiting,
        ngettext("%(n)s janji menunggu diterbitkan", "%(n)s janji menunggu diterbitkan", withheld.waiting),
    )
    said = gettext("%(a)s pengajuan ditolak, %(b)s janji hanya berdasarkan kesaksian.") % {
        "a": words.thousands(withheld.rejected), "b": words.thousands(withheld.testimony),
    }  # fmt: skip
    of = _("janji yang tidak diterbitkan, semua jabatan")
    waits = f"{waiting} ({ages})." if ages else f"{waiting}."
    return [
        _told(waits, withheld.waiting, _("draf dan pengajuan, menurut umur sejak dicatat"), day),
        _told(said, withheld.rejected + withheld.testimony, of, day),
    ]


def _ages(found: Figures) -> list[Bar]:
    """Open pledges by age; no bars where none is open."""
    if not any(number for _band, number in found.ages):
        return []
    return bars((AGES[band], [(number, Tone.BRAND)], _pledges(number)) for band, number in found.ages)


def _burn_down(points: list[Point]) -> dict[str, Any] | None:
    """The columns by month end, the same in one sentence and in a table; None while nothing was promised."""
    if not any(point.promised for point in points):
        return None
    drawn: Columns = columns(
        (point.on, [(point.outstanding, Tone.SOON), (point.promised - point.outstanding, Tone.GOOD)])
        for point in points
    )
    first, last = points[0], points[-1]
    said = gettext("Belum diterima: %(a)s dari %(b)s perangkat pada %(day)s; %(c)s dari %(d)s pada %(before)s.") % {
        "a": words.thousands(last.outstanding), "b": words.thousands(last.promised), "day": words.short_date(last.on),
        "c": words.thousands(first.outstanding), "d": words.thousands(first.promised),
        "before": words.short_date(first.on),
    }  # fmt: skip
    return {"chart": drawn, "said": said, "points": points[::-1]}


def _offices(found: dict[int, Figures], told: dict[int, list[int]]) -> list[dict[str, Any]]:
    """One row per office that promised something or stands for one that did, which it names; by name."""
    offices = Office.objects.filter(pk__in=found).order_by("name", "pk")
    names = dict(Office.objects.filter(pk__in={pk for many in told.values() for pk in many}).values_list("pk", "name"))

    def name(office: Office) -> str:
        others = ", ".join(names[pk] for pk in told[office.pk])
        return (
            gettext("%(office)s (juga janji %(others)s)") % {"office": office, "others": others}
            if others
            else str(office)
        )

    return [{"name": name(office), "address": address_of(office), **_row(found[office.pk])} for office in offices]


def _row(found: Figures) -> dict[str, Any]:
    late = found.late
    return {
        "number": words.thousands(found.n),
        "on_time": _brief(found, "on_time"),
        "on_time_now": _brief(found, "on_time_now"),
        "delivered": _brief(found, "delivered"),
        "late": gettext("%(pledges)s, paling lama %(days)s")
        % {"pledges": _pledges(late.n), "days": words.days(late.maximum)}
        if late.maximum
        else gettext("tidak ada"),
        "debt": _n(found.debt, ngettext("%(n)s hari perangkat", "%(n)s hari perangkat", found.debt)),
        "undated": gettext("%(a)s tanpa tenggat, %(b)s menggantung, %(c)s menggantung sebelum diberi tenggat")
        % {
            "a": words.thousands(found.without_date.part),
            "b": words.thousands(found.dangling.part),
            "c": words.thousands(found.dated_dangling.part),
        },
        "loose": _loose(found),
    }


def _brief(found: Figures, name: str) -> str:
    """A share in numbers; of a rate also how much of it rests on a corrected date."""
    share: Share = getattr(found, name)
    if share.percent is None:
        return str(DENOMINATORS[name][1])
    said = gettext("%(part)s dari %(n)s (%(percent)s)") % {
        "part": words.thousands(share.part), "n": words.thousands(share.n), "percent": words.percent(share.percent),
    }  # fmt: skip
    if not isinstance(share, Rate):
        return said
    return f"{said}, {gettext('%(n)s dikoreksi') % {'n': words.thousands(share.corrected)}}"


def _holders(rows: Iterable[figure_rows.Counted], user: Any, day: date) -> list[dict[str, Any]]:
    """One row per holder who answers for a pledge; names for those alone whose grants reach the office."""
    rows = list(rows)
    promising = {office for row in rows for office in row.offices}
    tenures = list(
        Tenure.objects.visible_to(user)
        .filter(office__in=promising)
        .select_related("office", "person")
        .order_by("office__name", "office", "starts_on", "pk")
    )
    held = figures.by_holder(rows, tenures, day)
    return [
        {
            "name": each.person.name,
            "address": address_of(each),
            "office": f"{each.office}, {each.get_status_display()}",
            "period": f"{words.short_date(each.starts_on)} – {words.short_date(each.ends_on) or gettext('sekarang')}",
            **_answered(held[each.pk]),
        }
        for each in tenures
        if each.pk in held and held[each.pk].answers
    ]


def _answered(held: Held) -> dict[str, str]:
    return {name: _of_holder(getattr(held, name)) for name in ("said", "fell_due", "inherited")}


def _of_holder(found: Figures) -> str:
    """How many pledges and how many of them were kept by the first date."""
    number = _pledges(found.n)
    if not found.n:
        return number
    kept = gettext("ditepati %(share)s") % {"share": _brief(found, "on_time")} if found.on_time.n else None
    return f"{number}; {kept or DENOMINATORS['on_time'][1]}; {_loose(found)}"

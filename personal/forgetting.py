"""Erasing a person: what is known of them goes, everywhere and for good; that there was somebody stays.

Rows keep their ids, so devices, papers and decisions still tell their story; the chain of the journal holds, since
names and words lie beside it. What another wrote loses the places that name the person. Copies that were made of the
register (exports, imports, kept answers) go whole or lose these places.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets.holding import refuse_holder
from assets.models import Handover
from assets.states import HandoverState
from core import clock, signing_in
from core.errors import Conflict
from core.naming import Known
from core.personal import Erased, erasing, forget, forget_in_journal, rewrite, told_of
from org.models import Grant, Person, Token, User
from personal.models import LegalHold, RecordKind, SubjectRequest
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import RequestState

_NAMING = {"name", "nip", "phone", "email"}


def account_of(person: Person) -> User | None:
    return User.objects.filter(person=person).first()


def known_of(person: Person) -> Known:
    """How texts name the person, now and by what the journal says they were called before.

    A name that somebody else bears too is not looked for: nobody could tell whose it is.
    """
    user = account_of(person)
    values = {person.name, person.nip, person.phone, *([user.email] if user else [])}
    about = _about(person, user)
    values |= told_of(about, lambda path: path.split(".")[1:2] != [] and path.split(".")[1] in _NAMING)
    return Known(*filter(None, values), others=names_beside(person))


def names_beside(person: Person) -> QuerySet:
    """The names of everybody else."""
    return Person.objects.exclude(pk=person.pk).values_list("name", flat=True)


def _about(person: Person, user: User | None) -> list[tuple[str, int]]:
    asked = SubjectRequest.objects.filter(person=person).values_list("pk", flat=True)
    own = [("person", person.pk), *((SubjectRequest.journal_type, pk) for pk in asked)]
    return [*own, ("user", user.pk)] if user else own


def refuse_while_needed(person: Person) -> None:
    """``Conflict`` while the person holds devices or awaits some, saying which; or is held back for a case; or is the
    last superuser; or was erased already."""
    if person.erased_at:
        raise Conflict("erased", _("Data orang ini sudah dihapus."))
    refuse_holder(person)
    waiting = Handover.objects.filter(recipient=person, state__in=[HandoverState.PREPARED, HandoverState.HANDED_OVER])
    if papers := [each.number or f"#{each.pk}" for each in waiting.order_by("pk")]:
        raise Conflict(
            "awaits_devices",
            _("Orang ini penerima serah terima yang belum selesai: %(papers)s.") % {"papers": ", ".join(papers)},
        )
    if LegalHold.objects.in_force().filter(kind=RecordKind.PERSON, record=person.pk).exists():
        raise Conflict("legal_hold", _("Data orang ini ditahan; lepaskan penahanannya dahulu."))
    user = account_of(person)
    others = User.objects.acting().filter(is_superuser=True)
    if user and user.is_superuser and not others.exclude(pk=user.pk).exists():
        raise Conflict("last_superuser", _("Ini administrator utama yang terakhir."))


def forget_person(person: Person) -> int:
    """Erase the person and their account; returns in how many other rows they were named. Call inside ``writing()``,
    before the event. Raises what ``refuse_while_needed`` raises."""
    refuse_while_needed(person)
    user, known = account_of(person), known_of(person)
    about = _about(person, user)
    with erasing():
        gone = Erased(person.pk, user.pk if user else None, known)
        _empty_drafts(person, user)
        for asked in SubjectRequest.objects.filter(person=person):
            rewrite(asked, reason="", value="", decision_reason="")
        named = forget(gone)
        forget_in_journal(gone, about)
        if user:
            _close(user)
        rewrite(person, name="", nip="", phone="", position="", rank="", active=False, erased_at=clock.now())
    return named


def _empty_drafts(person: Person, user: User | None) -> None:
    """What the person began to write and never handed in."""
    drafts = DeviceRequest.objects.filter(state=RequestState.DRAFT)
    own = drafts.filter(requester=person) | drafts.filter(filed_by=user) if user else drafts.filter(requester=person)
    for draft in own:
        rewrite(draft, purpose="")
        for line in RequestLine.objects.filter(request=draft):
            rewrite(line, note="")


def _close(user: User) -> None:
    """The account keeps its id and can never be used again."""
    signing_in.forget(user)
    Token.objects.filter(user=user).delete()
    yesterday = clock.today() - timedelta(days=1)
    for given in Grant.objects.filter(user=user).exclude(ends_on__lte=yesterday):
        Grant.objects.filter(pk=given.pk).update(ends_on=yesterday, ended_at=clock.now())
    rewrite(
        user, username=f"dihapus-{user.pk}", email="", password=make_password(None), is_active=False, is_superuser=False
    )

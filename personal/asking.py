"""A person asks that their data be corrected or erased; the officer in charge does it, or says why not."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import asked, folded
from core.acts import Done, act, of
from core.errors import Conflict, DomainError, NotAllowed, faults_of
from core.hands import look_together
from core.journal import Private
from core.models import Decision
from core.naming import Known
from core.permits import refusing
from core.personal import forget_copies
from core.taking import Ask, Note, Reason
from org.models import Person, User
from org.models.grants import holders
from personal.forgetting import account_of, forget_person, names_beside, refuse_while_needed
from personal.models import Correctable, SubjectRequest
from personal.officer import decider, oneself_or_officer


@act(
    "create", _("Minta perbaikan atau penghapusan"),
    _("Menurut UU 27/2022 permintaan dijawab dalam 3 × 24 jam. Data yang terhapus tidak dapat dikembalikan."),
    done=_("Permintaan tercatat."), event="personal_request.made", who=oneself_or_officer, under="person",
)  # fmt: skip
def ask(
    *, actor: User, kind: SubjectRequest.Kind, person: Person | None = None, field: Correctable | None = None,
    value: str = "", remove: Annotated[
        bool, Ask(label=_("Hapus data ini"), help=_("Ganti isian Seharusnya: data ini dikosongkan."))
    ] = False, reason: Reason,
) -> Done[SubjectRequest]:  # fmt: skip
    """Ask for one's own data; the officer hands in what somebody brought on paper (``person``).

    ``remove``: the field is to be emptied, in place of ``value``. Refuses a correction without ``field``, or that says
    neither what it is to become nor that it goes, and a value that the field cannot have; an erasure that cannot be
    done now (409, saying why); and a second one of the same while the first waits.
    """
    subject = person or actor.person
    if subject is None:
        raise DomainError("required", _("Wajib diisi."), field="person")
    wanted = SubjectRequest(
        person=subject, kind=kind, field=field or "", value=value.strip(), reason=reason, asked_by=actor
    )
    if kind == SubjectRequest.Kind.CORRECTION:
        if bool(wanted.value) == remove:
            raise DomainError("required", _("Isi yang seharusnya, atau tandai bahwa data ini dihapus."), field="value")
        wanted.value = corrected(subject, wanted.field, wanted.value, actor)
    elif field or value or remove:
        raise DomainError("invalid", _("Penghapusan mencakup semua data; kosongkan isian ini."), field="field")
    else:
        refuse_while_needed(subject)
    if SubjectRequest.objects.filter(person=subject, kind=kind, field=wanted.field, decision="").exists():
        raise Conflict("asked_already", _("Permintaan yang sama masih menunggu jawaban."))
    wanted.full_clean()
    wanted.save(force_insert=True)
    return Done(wanted, {"kind": [None, kind], "field": [None, wanted.field or None]}, related=[subject], reason="")


@refusing(_("Permintaan ini sudah dijawab atau ditarik kembali."))
def waits(wanted: SubjectRequest) -> bool:
    return not wanted.decision


@act(
    "decide", _("Jawab permintaan"),
    _("Bila disetujui, data langsung diperbaiki atau dihapus. Penghapusan tidak dapat dibatalkan."),
    done=_("Permintaan dijawab."), event="personal_request.refused", who=asked.by_another(decider), when=waits,
)  # fmt: skip
def decide(wanted: SubjectRequest, *, actor: User, decision: Decision, reason: Note = "") -> Done[SubjectRequest]:
    """Correct or erase, or refuse with a reason. The event of a correction, and of nothing else, keeps the old value.

    ``Conflict`` for an erasure while the person holds devices, which it names.
    """
    if not asked.decide(wanted, decision, reason, actor):
        return Done(wanted, {"decision": [None, decision]})
    person = wanted.person
    if wanted.kind == SubjectRequest.Kind.ERASURE:
        account = account_of(person)
        named = forget_person(person)
        wanted.refresh_from_db()
        told = [wanted, *([account] if account else [])]
        return Done(wanted, {"named_in": [None, named]}, about=person, related=told, event="person.erased", reason="")
    old = getattr(person, wanted.field)
    new = corrected(person, wanted.field, wanted.value, actor)
    person.save(update_fields=[wanted.field, *(each.attname for each in folded.of(Person, (wanted.field,)))])
    if old:
        forget_copies(Known(old, others=names_beside(person)))
    changes: dict[str, Any] = {wanted.field: [Private(old), Private(new)]}
    return Done(wanted, changes, about=person, related=[wanted], event="person.corrected")


def answerers(wanted: SubjectRequest) -> list[User]:
    """Who may answer the request now; nobody where each officer is barred."""
    found = holders()
    look_together(found)
    return [user for user in found if _may_answer(user, wanted)]


def _may_answer(user: User, wanted: SubjectRequest) -> bool:
    try:
        of(decide).permit.who(user, wanted)
    except NotAllowed:
        return False
    return True


def own_asker(user: User, wanted: SubjectRequest) -> str:
    """Whoever asked."""
    asked.by_the_asker(user, wanted)
    return ""


@act(
    "take-back", _("Tarik kembali"), _("Permintaan ini tidak lagi menunggu jawaban."),
    done=_("Permintaan ditarik kembali."), event="personal_request.taken_back",
    who=own_asker, when=waits,
)  # fmt: skip
def take_back(wanted: SubjectRequest, *, actor: User, reason: Note = "") -> Done[SubjectRequest]:
    """Take back what one asked oneself."""
    asked.take_back(wanted, reason, actor)
    return Done(wanted)


def corrected(person: Person, field: str, value: str, actor: User) -> str:
    """Put ``value`` into ``field`` of the person as it is kept, not yet saved, and return that.

    ``DomainError`` where the field cannot have it, ``Conflict`` where another one has it.
    """
    if not field:
        raise DomainError("required", _("Wajib diisi."), field="field")
    setattr(person, field, value)
    try:
        folded.settle(person, actor, {field})
        person.full_clean()
    except ValidationError as error:
        told = getattr(error, "error_dict", {}).get(field)
        faults = faults_of(ValidationError(told) if told else error, prefix="value" if told else "")
        raise DomainError(faults[0].code, faults[0].detail, faults=tuple(faults)) from error
    except Conflict as error:
        raise error.told_of("value") from None
    return getattr(person, field)

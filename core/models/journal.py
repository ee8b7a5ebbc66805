"""The journal: one row per act, numbered without gaps in commit order, each sealed with the hash of the one before."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

EVERY = "*"
SEALED = "people's data stands beside the chain only, where core.personal forgets it"
JOURNAL = "it is the journal, which verify_journal holds to itself"


class Event(models.Model):
    """One act. Append-only; ``core.journal.record`` is the only writer.

    ``facts``: sha256 over its ``EventFact`` in order; empty where it has none. ``acting_for_id``: the account for whose
    holder the actor stood in, as a dated substitute in ``role``.
    """

    untold = {EVERY: JOURNAL}
    impersonal = {EVERY: SEALED}

    seq = models.BigIntegerField(_("nomor"), primary_key=True)
    at = models.DateTimeField(_("waktu"))
    effective_at = models.DateTimeField(_("berlaku"))
    actor_id = models.BigIntegerField(_("pelaku"), null=True)
    acting_for_id = models.BigIntegerField(_("menggantikan"), null=True)
    role = models.CharField(_("peran"), max_length=32, blank=True)
    verb = models.CharField(_("tindakan"), max_length=64)
    subject_type = models.CharField(_("jenis objek"), max_length=32)
    subject_id = models.BigIntegerField(_("objek"))
    subject_number = models.CharField(_("nomor objek"), max_length=100, blank=True)
    unit_id = models.BigIntegerField(_("unit"), null=True)
    related = models.JSONField(_("terkait"), default=list)
    changes = models.JSONField(_("perubahan"), default=dict)
    reason = models.JSONField(_("alasan"), null=True)
    address = models.JSONField(_("alamat"), null=True)
    request_id = models.CharField(_("nomor panggilan"), max_length=64, blank=True)
    facts = models.CharField(max_length=64, blank=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("peristiwa")
        verbose_name_plural = _("jurnal")
        ordering = ["seq"]
        indexes = [models.Index(fields=["unit_id", "seq"], name="core_event_unit")]

    def __str__(self) -> str:
        return f"#{self.seq} {self.verb}"


class EventObject(models.Model):
    """Which events an object appears in, as subject or related: the index behind ``history``."""

    untold = {EVERY: JOURNAL}
    impersonal = {EVERY: SEALED}

    event = models.ForeignKey(Event, models.PROTECT, related_name="objects_touched")
    object_type = models.CharField(max_length=32)
    object_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id", "event"], name="core_eventobject_lookup")]


class EventPrivate(models.Model):
    """Names, addresses and free text of an event, outside the sealed bytes: ``{path: [salt, value]}``. Erasable."""

    untold = {EVERY: JOURNAL}
    impersonal = {EVERY: SEALED}

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="private")
    values = models.JSONField(default=dict)


class EventFact(models.Model):
    """What an act left in the columns of a row that it wrote: ``{column: value}``, or null where it deleted the row.

    ``object_type`` is the model's label. A column that the act left alone is not in it, so that no act explains what
    somebody else did to the row before. Text is ``{"commitment": …}`` under ``salt``, which is empty once erased: the
    commitment stands and can no longer be opened. Append-only; ``core.facts.tell`` is the only writer.
    """

    untold = {EVERY: JOURNAL}
    impersonal = {EVERY: SEALED}

    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    object_type = models.CharField(max_length=64)
    object_id = models.BigIntegerField()
    values = models.JSONField(null=True)
    salt = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id", "id"], name="core_eventfact_lookup")]


class Noted(models.Model):
    """A row that the running act has written: the database's triggers add it, its event takes it up.

    ``columns``: those that changed, each with a comma behind it; ``EVERY`` for a new row, empty for one deleted.
    Outside a running act the table is empty.
    """

    untold = {EVERY: JOURNAL}
    impersonal = {EVERY: SEALED}

    object_type = models.CharField(max_length=64)
    object_id = models.BigIntegerField()
    columns = models.TextField()


class Erasing(models.Model):
    """Has a row only inside the transaction that erases somebody: then guards let personal text be taken out."""

    untold = {EVERY: JOURNAL}
    impersonal = {EVERY: SEALED}

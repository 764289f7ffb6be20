"""Work for later: a row in the database before it is in a queue."""

from django.db import models
from django.db.models.functions import Now

from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel


class Job(PublicModel):
    """Outbox, progress, retry and idempotency of one piece of work, in one row (tenancy design, 4.4).

    `args` and `result` hold ids and codes, never a name. `key` makes the same work one job.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to start"
        RUNNING = "running", "Under way"
        DONE = "done", "Finished"
        FAILED = "failed", "Did not work"

    # A key makes one job of what several people ask for; so whoever may ask for such work sees all of its kind.
    access = Access(
        see_where="person_id = (select app.person())"
        " or (starts_with(kind, 'imports.') and (select app.may('record.import')))"
        " or (starts_with(kind, 'reporting.') and (select app.may('return.build')))",
        add=(),
        change=(),
        own="person_id is not distinct from (select app.person())",
        granted="person_id = (select app.person())",
        audited=False,
    )

    kind = models.CharField(max_length=40)
    person_id = models.BigIntegerField(null=True)
    as_system = models.BooleanField(default=False)
    args = models.JSONField(default=dict)
    key = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveSmallIntegerField("per cent done", default=0)
    saying = models.CharField("what it is doing", max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField("to be tried again from then on", null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField("what went wrong, in words for the person", max_length=500, blank=True)
    result = models.JSONField(default=dict)

    class Meta(PublicModel.Meta):
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "kind", "key"], name="jobs_job_once"),
            models.CheckConstraint(condition=models.Q(progress__lte=100), name="jobs_job_progress"),
        ]
        indexes = [
            models.Index(
                fields=["state", "created_at"],
                name="jobs_job_waiting",
                condition=models.Q(state__in=["waiting", "running"]),
            ),
        ]

    @property
    def is_over(self) -> bool:
        """True once it is done or has failed for good."""
        return self.state in (self.State.DONE, self.State.FAILED)


class Heartbeat(models.Model):
    """When each kind of process last showed that it lives."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Occasion(models.Model):
    """The last occasion for which each kind of scheduled work was asked for in every taskforce."""

    kind = models.CharField(max_length=40, primary_key=True)
    last = models.DateField()

    def __str__(self) -> str:
        return self.kind

"""What a game's people are told of by mail."""

from django.db import models
from django.db.models import Q


class Alert(models.Model):
    """Something of a stage that its game's people are to know, written together with what happened.

    `about` is the push provider or the message. `what` tells two happenings about it apart, so that several
    processes that notice one write one row. `text` is for people: a sentence, and what to do.
    """

    class Kind(models.TextChoices):
        EXPIRY = "expiry", "a push credential expires"
        BREAKER = "breaker", "a push provider is in trouble"
        BROADCAST = "broadcast", "news of a broadcast"

    stage = models.ForeignKey("games.Stage", on_delete=models.CASCADE, related_name="alerts", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    about = models.CharField(max_length=40)
    what = models.CharField(max_length=40)
    text = models.TextField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "kind", "about", "what"], name="alert_happening")
        ]
        indexes = [models.Index(fields=["at_ms"], name="alert_oldest")]

    def __str__(self) -> str:
        return self.text


class AlertMail(models.Model):
    """The mail of an alert to one of those who had chosen its kind when it was written.

    `due_ms` is when a worker is to send it; while one does, the end of its claim; NULL once nothing is to be
    done any more. `sent_ms` is when the mail service took it, NULL while it has not. `tries` are those that
    failed.
    """

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="mails", db_index=False)
    user = models.ForeignKey("games.User", on_delete=models.CASCADE, related_name="+")
    due_ms = models.BigIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "user"], name="alert_mail_alert_user")]
        indexes = [models.Index(fields=["due_ms"], name="alert_mail_due", condition=Q(due_ms__isnull=False))]

    def __str__(self) -> str:
        return f"{self.alert_id} to {self.user}"

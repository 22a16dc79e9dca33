"""What one player said to others."""

from django.db import models

from games.id_field import IdField
from protocol.dates import now_ms
from protocol.ids import new_id


class ChatLine(models.Model):
    """One line of a chat. `sender_name` is what the sender was called then."""

    id = IdField(primary_key=True, default=new_id, editable=False)
    sender_id = IdField()
    sender_name = models.CharField(max_length=255)
    text = models.TextField()
    created_ms = models.BigIntegerField(default=now_ms)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.id

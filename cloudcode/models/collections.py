"""Scripts' collections: their documents, and what these are found by."""

from django.db import models

from games.id_field import IdField
from games.models import Stage
from players.models.player import Utf8Encoder


class Collection(models.Model):
    """`name` with its prefix, `script.` or `meta.`. `filled_from`: a hash of what a meta collection holds."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=160)
    filled_from = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "name"], name="collection_name")]

    def __str__(self) -> str:
        return self.name


class CollectionIndex(models.Model):
    """`fields` is a list of `[path, 1 or -1]`.

    Its entries are kept from the moment it is there; those of older documents are added, up to `built_to`.
    `ready`: they all are, and it may be looked by. `multiple`: a document has several values in it.
    """

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="indexes")
    name = models.CharField(max_length=120)
    fields = models.JSONField(encoder=Utf8Encoder)
    unique = models.BooleanField(default=False)
    sparse = models.BooleanField(default=False)
    multiple = models.BooleanField(default=False)
    ready = models.BooleanField(default=False)
    dropped = models.BooleanField(default=False)
    built_to = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "name"],
                name="collection_index_name",
                condition=models.Q(dropped=False),
            )
        ]
        indexes = [
            models.Index(fields=["id"], name="collection_index_work", condition=models.Q(ready=False)),
        ]

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    """Of a collection, in the order of insertion. `key` stands for its `_id`, `text` is what scripts get.

    `document` is the same for SQL: JSONB on PostgreSQL, JSON with sorted keys on SQLite. `expires_ms`: when
    an item of the data service is over; None for all that stays.
    """

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = IdField(max_length=300)
    text = models.TextField()
    document = models.JSONField(encoder=Utf8Encoder)
    expires_ms = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["collection", "key"], name="document_key")]
        indexes = [
            models.Index(fields=["collection", "id"], name="document_order"),
            models.Index(
                fields=["expires_ms"],
                name="document_expiry",
                condition=models.Q(expires_ms__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class IndexEntry(models.Model):
    """A document is found under a key: one for each value that its fields have (collections/keys.py).

    `only` is a hash of the whole key where the index allows a value once, else empty.
    """

    pk = models.CompositePrimaryKey("index_id", "key", "document_id")
    index = models.ForeignKey(CollectionIndex, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = IdField(max_length=480)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    only = IdField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["index", "only"],
                name="index_entry_only",
                condition=~models.Q(only=""),
            )
        ]

    def __str__(self) -> str:
        return self.key

"""A game's message types and the immutable versions of their settings."""

from typing import Any, NoReturn

from django.db import models

NO_TEXT: dict[str, Any] = {"blank": True, "default": ""}


class MessageType(models.Model):
    """One message class of one game, or one script message extension.

    `key` addresses it in configuration: `FriendMessage`, or `ScriptMessage_DAILY_GIFT` for an extension.
    The standard classes exist without a row, with the default settings. `current` is the version that
    preview runs, None while nothing differs from the defaults. An extension that is removed keeps its row,
    so that messages already sent can still be explained.
    """

    game = models.ForeignKey("games.Game", on_delete=models.CASCADE, related_name="message_types")
    key = models.CharField(max_length=80)
    name = models.CharField(max_length=100, blank=True, default="")
    description = models.TextField(blank=True, default="")
    current = models.ForeignKey(
        "messaging.MessageVersion", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    removed = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["game", "key"], name="message_type_game_key")]

    def __str__(self) -> str:
        return self.key

    @property
    def ext_code(self) -> str | None:
        """The extension's short code; None for a standard class."""
        return self.key.partition("_")[2] or None


class VersionQuerySet(models.QuerySet["MessageVersion"]):
    def update(self, **values: Any) -> NoReturn:
        raise TypeError("A version of message settings never changes: save a new one.")


class MessageVersion(models.Model):
    """The settings of a message type as they were saved once (message-triggers.md, "Per-message settings").

    Never changed after it is written: a message keeps the id of the version it was made from.
    `json` maps a provider (ios, android, fcm, kindle, windows, web) to a payload template.
    `variants` is an ordered list of `{segmentQuery, template, title, subTitle, json}`; the first whose query
    matches the recipient wins. `author_name` outlives the user.
    """

    message_type = models.ForeignKey(MessageType, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    send_via_socket = models.BooleanField(default=True)
    send_as_push = models.BooleanField(default=True)
    suppress_push_on_socket_send = models.BooleanField(default=True)
    include_in_push_count = models.BooleanField(default=True)
    expire_after_hours = models.PositiveIntegerField(default=60)
    device_types = models.JSONField(default=list, blank=True)
    template = models.TextField(**NO_TEXT)
    title = models.TextField(**NO_TEXT)
    sub_title = models.TextField(**NO_TEXT)
    json = models.JSONField(default=dict, blank=True)
    variants = models.JSONField(default=list, blank=True)
    note = models.CharField(max_length=200, **NO_TEXT)
    author = models.ForeignKey("games.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=150, **NO_TEXT)
    created = models.DateTimeField(auto_now_add=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["message_type", "number"], name="message_version_number")
        ]

    def __str__(self) -> str:
        return f"{self.message_type} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A version of message settings never changes: save a new one.")
        super().save(*args, **kwargs)

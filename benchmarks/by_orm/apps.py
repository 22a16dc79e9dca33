"""Registers the request that stores by the ORM in place of the product's."""

from django.apps import AppConfig


class ByOrmConfig(AppConfig):
    name = "benchmarks.by_orm"

    def ready(self) -> None:
        from benchmarks.by_orm import friend_messages

        assert friend_messages  # imported for its request

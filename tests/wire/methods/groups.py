"""All groups of cases, in the order in which they run."""

from collections.abc import Mapping

from tests.wire.methods import (
    boards,
    challenges,
    collections,
    configuration,
    matches,
    players,
    services,
    spark,
    teams,
)
from tests.wire.methods.case import Group

GROUPS: Mapping[str, Group] = {
    "data": spark.DATA,
    "exit": spark.EXIT,
    "messages": spark.MESSAGES,
    "log": spark.LOG,
    "configuration": configuration.CONFIG,
    "collections": collections.COLLECTIONS,
    "data service": collections.DATA,
    "boards": boards.READ,
    "partition": boards.PARTITION,
    "boards changed": boards.CHANGED,
    "challenge": challenges.CHALLENGE,
    "player": players.PLAYER,
    "holdings": players.HOLDINGS,
    "match": matches.MATCH,
    "pending": matches.PENDING,
    "team": teams.TEAM,
    "files": teams.FILES,
    "later": services.LATER,
    "bulk": services.BULK,
    "shared": services.SHARED,
    "digest": services.DIGEST,
    "http": services.HTTP,
    "mail": services.MAIL,
    "account": players.ACCOUNT,
    "passwords": players.PASSWORDS,
}

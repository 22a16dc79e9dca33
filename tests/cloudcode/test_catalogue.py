"""The Spark objects can do what the old platform's could: names, arguments, and no method forgotten."""

import re

from cloudcode.catalogue import catalogue
from cloudcode.sandbox.worker.context import SPARK, TOPICS

LEAST_SUPPORTED = 464
# Ours beside the old platform's table: newer ones that real games used (cloud-code.md §7, §10).
BEYOND = {
    "Spark": {"getGameDataService", "getSparkScriptOptions", "systemCollection"},
    "SparkGameDataService": {"N", "S", "createItem", "getItem", "queryItems", "sort"},
    "SparkMongoCursor": {"toArray"},
    "SparkPlayer": {"credit", "debit", "getAllBalances", "getBalance"},
}


def test_every_supported_method_takes_the_arguments_that_it_is_declared_with() -> None:
    wrong = [
        (each.type, each.name, each.takes)
        for methods in catalogue().values()
        for each in methods.values()
        if each.takes is not None and not each.least <= each.takes <= each.most
    ]
    assert wrong == []


def test_methods_that_nobody_declared_are_those_that_games_are_known_to_use() -> None:
    ours = {
        type_: names
        for type_, methods in catalogue().items()
        if (names := {each.name for each in methods.values() if not each.is_declared})
    }
    assert ours == BEYOND


def test_every_method_of_an_object_that_there_is_can_be_called_or_says_that_it_cannot() -> None:
    """No call of a known method ends in "not a function"."""
    texts = "\n".join((SPARK / f"{name}.js").read_text() for name in (*TOPICS, "spark"))
    silent = [
        f"{type_}.{name}"
        for type_, methods in catalogue().items()
        if any(each.is_supported for each in methods.values())
        for name, each in methods.items()
        if not each.is_supported and f'"{name}"' not in texts
    ]
    assert silent == []


def test_every_class_of_a_declared_name_is_in_the_catalogue() -> None:
    texts = "\n".join(path.read_text() for path in SPARK.glob("*.js"))
    classes = set(re.findall(r"\bclass (\w+)", texts)) & set(catalogue())
    missing = [name for name in classes if not any(m.is_supported for m in catalogue()[name].values())]
    assert missing == []


def test_enough_of_the_old_platforms_methods_are_there() -> None:
    declared = [each for methods in catalogue().values() for each in methods.values() if each.is_declared]
    assert len(declared) == 604
    assert sum(each.is_supported for each in declared) >= LEAST_SUPPORTED

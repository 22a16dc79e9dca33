"""Each operator that the documentation names is there, and is tried in fifty cases beside another reckoning.

How many cases there are, and how many of them tell, is asserted where they run.
"""

import re

from bin.write_docs import ROOT
from cloudcode.collections import expressions, filters, grouping, stages, updates
from tests.cloudcode.collections import test_aggregations, test_near, test_semantics, test_updates
from tests.cloudcode.collections.cases import OPERATORS
from tests.cloudcode.collections.update_cases import ARGUMENTS

LEAST = 50
NEAR = {"$nearSphere", "$near"}
GROUP = "of `$group` "


def documented(where: str) -> list[set[str]]:
    """The operators of a line of docs/cloud-code.md's table, in the order of its parts."""
    page = (ROOT / "docs/cloud-code.md").read_text()
    (line,) = re.findall(rf"^\| {where} \| (.+) \|$", page, re.MULTILINE)
    return [set(re.findall(r"\$\w+", part)) for part in line.replace(GROUP, "").split(";")]


def aggregated(kind: str) -> set[str]:
    return {
        name for each, _, name in (it.partition(" ") for it in test_aggregations.OPERATORS) if each == kind
    }


def test_each_operator_of_queries_has_its_cases() -> None:
    (named,) = [each for each in documented("queries") if each]
    assert named == {*OPERATORS, *NEAR, "$options"}
    known = {
        *filters._PLAIN,
        *filters._NEGATED,
        "$not",
        "$elemMatch",
        "$all",
        "$regex",
        "$and",
        "$or",
        "$nor",
    }
    assert named == known | NEAR | {"$options"}
    assert min(test_semantics.FILTERS, test_near.FILTERS) >= LEAST


def test_each_operator_of_updates_has_its_cases() -> None:
    named, modifiers = documented("updates")
    assert named | modifiers == {*ARGUMENTS} | {"$push"}
    assert named == {*updates.OPERATORS}
    assert test_updates.CASES >= LEAST


def test_each_operator_of_aggregations_has_its_cases() -> None:
    named, accumulators, computing = documented("`aggregate`")
    assert named == aggregated("stage") == {*stages.STAGES}
    assert accumulators == aggregated("accumulator") == {*grouping._ACCUMULATORS}
    assert computing == aggregated("expression") == {*expressions._OPERATIONS} | {"$literal"}
    assert test_aggregations.PIPELINES >= LEAST

from games.section_warnings import warnings


def test_a_value_beside_any_is_named_by_its_path() -> None:
    """Two screenshots of the old server's documentation show one (competition-rules.md §2.5)."""
    item = {
        "shortCode": "RT",
        "collectors": [
            {"attribute": "S", "filter": {"op": "any", "value": None}},
            {"attribute": "S", "filter": {"op": "gt", "value": 30}},
            {"attribute": "S", "filter": {"op": "any", "value": "${now}"}},
            {"attribute": "S", "filter": None},
        ],
    }
    said = "is ignored: everything passes the operator any."
    assert warnings("runningTotals", item) == [f"collectors[2].filter.value {said}"]
    trigger = {"data": "globalRank", "op": "any", "value": 1}
    assert warnings("achievements", {"triggers": [trigger]}) == [f"triggers[0].value {said}"]


def test_a_games_own_json_is_not_looked_into() -> None:
    assert warnings("properties", {"json": {"op": "any", "value": 1}}) == []

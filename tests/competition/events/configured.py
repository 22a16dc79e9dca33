"""Events and running totals as the tests configure them."""

from typing import Any


def event(*attributes: tuple[str, str, str]) -> dict[str, Any]:
    """Short code, type and aggregation of each."""
    return {
        "shortCode": "SCORE",
        "attributes": [
            {"shortCode": code, "type": kind, "aggregation": aggregation}
            for code, kind, aggregation in attributes
        ],
    }


def total(code: str = "RT", *collectors: tuple[Any, ...], **more: Any) -> dict[str, Any]:
    """Attribute, calculation, operator and value of each collector."""
    names = ("attribute", "calculation", "op", "value")
    read = [dict(zip(names, each, strict=False)) for each in collectors]
    return {
        "shortCode": code,
        "event": "SCORE",
        "collectors": [
            {
                "attribute": each["attribute"],
                "calculation": each["calculation"],
                "filter": {"op": each["op"], "value": each.get("value")} if "op" in each else None,
            }
            for each in read
        ],
        **more,
    }

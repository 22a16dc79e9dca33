"""Each rule that the simulator refuses by stands in docs/push-providers.md."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
SECTIONS = ("APNs", "FCM", "ADM", "WNS", "Web Push")


def documented() -> set[str]:
    text = (ROOT / "docs" / "push-providers.md").read_text()
    found = set()
    for section in SECTIONS:
        [body] = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        found |= {f"{section} {number}" for number in re.findall(r"^(\d+)\. ", body, re.MULTILINE)}
    return found


def cited() -> set[str]:
    sources = (ROOT / "push" / "sim").rglob("*.py")
    pattern = rf'"((?:{"|".join(SECTIONS)}) \d+)"'
    return {rule for source in sources for rule in re.findall(pattern, source.read_text())}


def test_every_cited_rule_is_documented():
    assert len(cited()) > 20
    assert cited() - documented() == set()

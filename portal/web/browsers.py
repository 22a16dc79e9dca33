"""A browser in words, by what it says of itself."""

import re

from portal.web.wording import seen

# The first that fits: most browsers also claim to be those below them.
NAMES = (
    ("Edge", r"Edg(?:A|iOS)?/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Headless)?(?:Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+).* Safari/"),
)
SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)
LONGEST = 80


def in_words(user_agent: str) -> str:
    """`Firefox 140 on Linux`; what is unknown is quoted."""
    name = next((f"{name} {found[1]}" for name, form in NAMES if (found := re.search(form, user_agent))), "")
    system = next((name for name, form in SYSTEMS if re.search(form, user_agent)), "")
    words = " on ".join(filter(None, [name or seen(user_agent)[:40] or "an unknown browser", system]))
    return words[:LONGEST]

"""Meta collections: documents of the game's configuration, to be looked for as all others are."""

import hashlib

from cloudcode.collections import storing, values
from cloudcode.collections.statements import rows
from cloudcode.models import Collection
from games.config import GameConfig

SECTION = "metaCollections"
AT_ONCE = 500
MOST_SECONDS = 60.0  # once for each configuration, however much it holds
_SOME = "SELECT id FROM cloudcode_document WHERE collection_id = %s LIMIT 1000"

# By stage and name: the configuration's version, and the hash of what stands there.
_known: dict[tuple[int, str], tuple[int, str]] = {}


def fill(config: GameConfig, name: str) -> None:
    """Take over what this stage's configuration holds, where that was not done yet. In a database thread."""
    documents = config.sections.get(SECTION, {}).get(name.partition(".")[2], [])
    version, wanted = _known.get((config.stage_id, name), (None, ""))
    if version != config.version:
        wanted = hashlib.sha256(values.canonical(documents).encode()).hexdigest() if documents else ""
        _known[config.stage_id, name] = config.version, wanted
    kept = Collection.objects.filter(stage_id=config.stage_id, name=name).values_list(
        "filled_from", flat=True
    )
    if (kept.first() or "") == wanted:
        return
    with storing.changing(config.stage_id, name, alone=True, seconds=MOST_SECONDS) as inside:
        while found := rows(_SOME, [inside.id]):
            storing.remove([row[0] for row in found])
        complete = [storing.with_id(values.document(each)) for each in documents]
        for start in range(0, len(complete), AT_ONCE):
            storing.insert(inside, complete[start : start + AT_ONCE])
        Collection.objects.filter(pk=inside.id).update(filled_from=wanted)

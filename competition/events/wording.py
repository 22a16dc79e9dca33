"""What came of a post, in words."""

import msgspec

from competition.events.stories import Story, Told, Tried


def lines(story: Story) -> list[str]:
    """What happened, in order, a sentence each."""
    totals = f"counted in {', '.join(story.totals)}" if story.totals else "no running total counts it"
    return [
        totals,
        *(_told(each) for each in story.boards),
        *(f"{each.board} is as it was: {each.why}" for each in story.passed_over),
        *(_tried(each) for each in story.achievements),
    ]


def sentence(story: Story) -> str:
    """What was sent, or why nothing."""
    sent = list(dict.fromkeys(name for each in story.boards for name in each.sent))
    earned = [each.achievement for each in story.achievements if each.earned]
    if sent or earned:
        parts = [f"sent {', '.join(sent)}"] * bool(sent) + [f"awarded {', '.join(earned)}"] * bool(earned)
        return " and ".join(parts)
    reasons = [f"{each.board}: {each.why}" for each in story.boards]
    reasons += [f"{each.board}: {each.why}" for each in story.passed_over]
    return f"sent nothing. {' '.join(reasons) or 'No leaderboard stands on what it counts in.'}"


def _told(told: Told) -> str:
    old = "nothing" if told.old is None else msgspec.json.encode(told.old).decode()
    outcome = f"sent {', '.join(told.sent)}" if told.sent else f"sent nothing: {told.why}"
    return f"{told.board} of {told.owner}: {old} became {msgspec.json.encode(told.new).decode()}; {outcome}"


def _tried(tried: Tried) -> str:
    return f"achievement {tried.achievement} " + ("awarded" if tried.earned else f"not awarded: {tried.why}")

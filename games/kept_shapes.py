"""The shapes of the sections that are kept as one piece of JSON (game-config.md)."""

from games.models.credentials import SHORT_CODE_PATTERN
from games.shapes import (
    Default,
    Fields,
    anything,
    array,
    choice,
    flag,
    mapping,
    nullable,
    number,
    rows,
    shape,
    text,
    unique,
)

# Attribute, team and good codes go into dotted selectors: no dot in any of them.
code = text(50, 1, SHORT_CODE_PATTERN, "letters, digits, _ and -")
_name = Default("", text(100))
_description = Default("", text(2000))
_optional_code = Default(None, nullable(code))
_six = Default([0] * 6, array(number(0, 2**53, whole=True), least=6, most=6))
_tags = Default([], array(text(50, 1), most=50))
_count = number(0, 2**31 - 1, whole=True)

# competition-rules.md 2.5: `*` is `any`, `%` is `mod`; a value beside `any` is ignored.
_OPERATORS = ("any", "eq", "ne", "gt", "gte", "lt", "lte", "mod")
MOST_ATTRIBUTES = 1000  # of an event
MOST_GROUPS, MOST_COLLECTORS = 20, 100  # of a running total
_filter = nullable(shape({"op": choice(*_OPERATORS), "value": Default(None, anything)}))


_ATTRIBUTE: Fields = {
    "shortCode": code,
    "name": _name,
    "type": choice("number", "string", "json"),
    "default": Default(None, anything),
    "aggregation": choice("max", "min", "sum", "count", "last", "script", "grouped", "supplemental"),
}
events = rows(
    {
        "shortCode": code,
        "name": _name,
        "description": _description,
        "attributes": Default([], unique(array(shape(_ATTRIBUTE), most=MOST_ATTRIBUTES))),
    }
)

_CALCULATIONS = ("max", "min", "sum", "count", "last", "supplemental")
_COLLECTOR: Fields = {
    "attribute": code,
    "calculation": choice(*_CALCULATIONS),
    "filter": Default(None, _filter),
}
running_totals = rows(
    {
        "shortCode": code,
        "name": _name,
        "event": code,
        "teamType": _optional_code,
        "groupBy": Default([], array(code, most=MOST_GROUPS)),
        "collectors": Default([], array(shape(_COLLECTOR), most=MOST_COLLECTORS)),
    }
)

_BOARD_FIELD: Fields = {
    "runningTotal": code,
    "collector": code,
    "calculation": Default(None, nullable(choice(*_CALCULATIONS))),
    "sort": Default("none", choice("desc", "asc", "none")),
    "group": Default("none", choice("none", "min", "max", "sum", "count", "range", "id", "partition")),
    "filter": Default(None, _filter),
}
leaderboards = rows(
    {
        "shortCode": code,
        "name": _name,
        "description": _description,
        "teamType": _optional_code,
        "updateFrequency": Default("realtime", choice("realtime", "daily", "weekly", "monthly")),
        "resetFrequency": Default("never", choice("never", "daily", "weekly", "monthly")),
        "highScoreNotifications": Default(False, flag),
        "socialNotifications": Default(False, flag),
        "topNNotifications": Default(False, flag),
        "topN": Default(0, _count),
        "propertySet": _optional_code,
        "fields": Default([], array(shape(_BOARD_FIELD))),
    }
)

_TRIGGER: Fields = {"data": text(200, 1), "op": choice(*_OPERATORS), "value": Default(None, anything)}
achievements = rows(
    {
        "shortCode": code,
        "name": _name,
        "description": _description,
        "currencyAwards": _six,
        "virtualGood": _optional_code,
        "repeatable": Default(False, flag),
        "leaderboard": _optional_code,
        "triggers": Default([], array(shape(_TRIGGER))),
        "propertySet": _optional_code,
    }
)

challenges = rows(
    {
        "shortCode": code,
        "name": _name,
        "description": _description,
        "tags": _tags,
        "turnBased": Default(False, flag),
        "turnConsumers": Default([], array(code)),
        "leaderboard": _optional_code,
        "global": Default(False, flag),
        "achievement": _optional_code,
    }
)

teams = rows(
    {
        "shortCode": code,
        "name": _name,
        "social": Default(False, flag),
        "extendedSocial": Default(False, flag),
        "maxMembers": Default(0, _count),
        "maxMemberships": Default(0, _count),
        "maxOwnerships": Default(0, _count),
        "mandatory": Default(False, flag),
    }
)

_THRESHOLD: Fields = {
    "period": number(0),
    "type": choice("absolute", "relative", "percent"),
    "min": number(),
    "max": number(),
    "acceptMinPlayers": Default(False, flag),
}
matches = rows(
    {
        "shortCode": code,
        "name": _name,
        "description": _description,
        "minPlayers": number(2, 10_000, whole=True),
        "maxPlayers": number(2, 10_000, whole=True),
        "dropInDropOut": Default(False, flag),
        "disconnectDelay": Default(0, _count),
        "expireSeconds": Default(0, _count),
        "manual": Default(False, flag),
        "realtime": Default(False, flag),
        "thresholds": Default([], array(shape(_THRESHOLD))),
    }
)

SCRIPT_FOLDERS = (
    "request",
    "response",
    "event",
    "event-challenge",
    "message-global",
    "message-user",
    "system",
    "callbacks",
    "modules",
    "rtScript",
    "rtModules",
)
SCRIPT_KEY = rf"({'|'.join(SCRIPT_FOLDERS)})(/(?!\.)[A-Za-z0-9_.$ -]{{1,100}})+"
MOST_SCRIPT_BYTES = 512 * 1024  # of one text, in UTF-8
scripts = mapping(
    text(MOST_SCRIPT_BYTES),
    SCRIPT_KEY,
    f"a folder ({', '.join(SCRIPT_FOLDERS)}), a slash and a name",
)

broadcast_limits = shape({"maxRecipients": Default(1_000_000, _count), "perDay": Default(20, _count)})

_CURRENCY: Fields = {
    "number": number(1, 6, whole=True),
    "shortCode": code,
    "name": _name,
    "signupBonus": Default(0, _count),
}
currencies = unique(rows(_CURRENCY), key="number")

virtual_goods = rows(
    {
        "shortCode": code,
        "name": _name,
        "description": _description,
        "type": Default("vgood", choice("vgood", "currency")),
        "maxQuantity": Default(0, _count),
        "tags": _tags,
        "prices": _six,
        "awards": _six,
        "disabled": Default(False, flag),
        "propertySet": _optional_code,
    }
)

properties = rows(
    {"shortCode": code, "name": _name, "description": _description, "json": Default({}, anything)}
)
property_sets = rows(
    {"shortCode": code, "name": _name, "description": _description, "properties": Default([], array(code))}
)

_FILE: Fields = {
    "name": text(200, 1, r"(?!\.{1,2}$)[^/\\\x00-\x1f]+", "a file name without a folder"),
    "sha256": text(64, 64, r"[0-9a-f]{64}", "64 lower-case hex digits"),
    "size": number(0, 2**53, whole=True),
}
downloadables = rows({"shortCode": code, "name": _name, "file": shape(_FILE)})


meta_collections = mapping(
    array(mapping(anything)), r"[A-Za-z][A-Za-z0-9_.-]{0,99}", "a letter, then letters, digits, _ . and -"
)

_INDEX: Fields = {"field": text(200, 1), "type": choice("string", "number")}
data_types = rows(
    {
        "shortCode": text(50, 1, r"[A-Za-z][A-Za-z0-9_-]*", "a letter, then letters, digits, _ and -"),
        "indexes": Default([], unique(array(shape(_INDEX)), key="field")),
    }
)

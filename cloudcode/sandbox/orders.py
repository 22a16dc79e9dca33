"""What a RUN frame carries, as JSON: read by the server and by the sandbox process. msgspec alone."""

import msgspec

UNKNOWN = msgspec.Raw(b"null")


class Given(msgspec.Struct, array_like=True):
    """One run's own: JSON that nobody reads on the way, and scriptData and errors as they are when it begins.

    `facts` are those of the player it runs for, or UNKNOWN.
    """

    data: msgspec.Raw
    context: msgspec.Raw
    script_data: dict[str, msgspec.Raw] = {}
    errors: dict[str, msgspec.Raw] = {}
    facts: msgspec.Raw = UNKNOWN


class Order(msgspec.Struct, array_like=True):
    """Run a script once for each of `given`, for so many `seconds` each.

    `text` unless the process has it. `modules` is the number of the game's modules in the process' memory;
    `told`: their hashes by code, unless it knows them by that number.
    """

    main: str
    hash: str
    text: str | None
    modules: int
    told: dict[str, str] | None
    seconds: float
    given: list[Given]

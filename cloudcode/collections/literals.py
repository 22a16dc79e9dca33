"""Texts of scripts inside a statement, where a parameter cannot stand or would stand too often."""


def quoted(text: str) -> str:
    """An SQL text; doubled are its quotes, and what the drivers would take for a parameter's place."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"

"""Numbers that forms and addresses bring."""


def number_in(text: object, otherwise: int) -> int:
    """`otherwise` for what is none, and for more than 18 digits: no row's id has more."""
    return int(str(text)) if str(text).isdecimal() and len(str(text)) <= 18 else otherwise

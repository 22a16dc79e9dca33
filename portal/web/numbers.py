"""Numbers that forms and addresses bring."""


def number_in(text: object, otherwise: int) -> int:
    """`otherwise` for what is none, and for more than nine digits."""
    return int(str(text)) if str(text).isdecimal() and len(str(text)) < 10 else otherwise

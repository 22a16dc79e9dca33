import pytest

from games.reading import read_document
from games.validation import DocumentFaults


def faults_of(content: str) -> list[str]:
    with pytest.raises(DocumentFaults) as refused:
        read_document(content)
    return refused.value.faults


def test_document_is_read_with_a_byte_order_mark() -> None:
    assert read_document('\ufeff{"name": "Duel 😀"}') == {"name": "Duel 😀"}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "document: no JSON: Expecting value, line 1, column 1"),
        ('{"a": 1\n"b"', "document: no JSON: Expecting ',' delimiter, line 2, column 1"),
        ("[]", "document: expected a JSON object"),
        ('{"a": {"b": 1, "b": 2}}', 'document: the key "b" is there twice in one object'),
        ('{"a": ["x", "\\u0000"]}', "a[1]: holds a NUL character"),
        ('{"a": {"\\u0000": 1}}', "a: holds a NUL character"),
        ('{"a": "\\ud83d"}', "a: holds half a character (a lone surrogate)"),
        ('{"a": NaN}', "a: not a JSON number"),
        ('{"a": 1e999}', "a: not a JSON number"),
    ],
)
def test_unreadable_text_is_refused(content: str, fault: str) -> None:
    assert faults_of(content) == [fault]


@pytest.mark.parametrize("depth", [66, 100_000])
def test_endless_depth_is_refused(depth: int) -> None:
    (fault,) = faults_of('{"a":' + "[" * depth + "]" * depth + "}")
    assert fault.endswith(": nested deeper than 64")


def test_number_of_thousands_of_digits_is_refused() -> None:
    (fault,) = faults_of('{"a": ' + "9" * 5000 + "}")
    assert fault.startswith("document: no JSON: Exceeds the limit")

"""What is doubtful about a message's texts before it is ever sent: names that its class does not have."""

from collections.abc import Iterator

from messaging.field_catalogue import name_warnings
from messaging.rendering import CompiledMessage, CompiledTexts


def text_warnings(message: CompiledMessage) -> list[str]:
    """Sentences for developers, of the type's own texts and of every variant's."""
    found = [*message.warnings, *misspelt(message.message_class, message.texts)]
    for index, variant in enumerate(message.variants):
        found += [
            f"variants[{index}].{each}"
            for each in misspelt(message.message_class, variant.texts, message.texts)
        ]
    return found


def misspelt(message_class: str, texts: CompiledTexts, behind: CompiledTexts | None = None) -> Iterator[str]:
    """Of the texts themselves, not of those behind them, that a variant without its own falls back to."""
    for name in ("title", "sub_title", "summary"):
        chain = getattr(texts, name)
        for template in chain[:1]:
            if behind is None or template not in getattr(behind, name):
                for warning in name_warnings(message_class, template.uses):
                    yield f"{LABELS[name]}: {warning}"


LABELS = {"title": "title", "sub_title": "subTitle", "summary": "template"}

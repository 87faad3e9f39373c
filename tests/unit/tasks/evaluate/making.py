"""Questions and answers for tests, in short."""

from components.tasks.evaluate.model_answer import Answer
from components.tasks.evaluate.questions import Form, Item, Questions


def questions(form: Form, *pairs: tuple, labels: tuple[str, ...] = (), target: str = "") -> Questions:
    """Each pair is a prompt and what is expected: a text or several."""
    items = [
        Item(prompt, (wanted,) if isinstance(wanted, str) else tuple(wanted)) for prompt, wanted in pairs
    ]
    return Questions("test", form, tuple(items), labels=labels, target=target)


def said(*texts: str | None) -> list[Answer | None]:
    return [
        None if text is None else Answer(text, tokens=9, first_seconds=0.5, seconds=1.5) for text in texts
    ]

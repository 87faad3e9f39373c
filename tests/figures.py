"""What tests counted or measured, printed together at the end of the run."""

FIGURES: list[str] = []


def note(text: str) -> None:
    FIGURES.append(text)

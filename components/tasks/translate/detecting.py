"""Which of the languages that can be translated a text is in."""

from components.documents.language import SURE, Detected
from components.documents.language import detect as detect_among
from components.models.languages import LANGUAGES

__all__ = ["SURE", "Detected", "detect"]


def detect(text: str) -> Detected:
    """The likeliest of the languages that can be chosen."""
    return detect_among(text, LANGUAGES)

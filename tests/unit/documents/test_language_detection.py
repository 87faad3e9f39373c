"""The language of a text, also of a short one."""

import pytest

from components.documents.language_detection import detect
from components.models.languages import LANGUAGES


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hello", "en"), ("How are you?", "en"), ("Bom dia", "pt"), ("Obrigado", "pt"), ("O gato preto", "pt"),
        ("Hola", "es"), ("Danke", "de"), ("Merci beaucoup", "fr"), ("你好", "zh"), ("これはペンです", "ja"),
        ("Привет, как дела?", "ru"), ("Where is the station?", "en"), ("2023年我们去了北京。", "zh"), ("Home", "en"), ("Oi", "pt"),
        ("Onde fica a estação?", "pt"),
    ],
)  # fmt: skip
def test_the_language_of_short_text_is_told(text, code):
    assert detect(text, LANGUAGES).code == code


def test_text_without_letters_has_no_language():
    assert detect("12:30 — 45 %", LANGUAGES).code == ""

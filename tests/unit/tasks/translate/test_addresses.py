"""Streets with their numbers stay as they are."""

import pytest

from components.tasks.translate.addresses import addresses


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Moro na Rua XV de Novembro, 1200.", "pt", ["Rua XV de Novembro, 1200"]),
        ("Na Rua 25 de Março há lojas.", "pt", ["Rua 25 de Março"]),
        ("Rua das Flores, 120, apto. 34", "pt", ["Rua das Flores, 120"]),
        ("R. Augusta, nº 500", "pt", ["R. Augusta, nº 500"]),
        ("Praça da Sé, 10", "pt", ["Praça da Sé, 10"]),
        ("A Praça da Sé é grande.", "pt", []),
        ("A Rua é longa.", "pt", []),
        ("Send it to 12 Hope Street, Reading.", "en", ["12 Hope Street"]),
        ("Hope Street, 12", "en", ["Hope Street, 12"]),
        ("In 2019, Wall Street fell.", "en", []),
        ("On 14 May Green Park opened.", "en", []),
        ("12 Hauptstraße", "de", []),
    ],
)
def test_streets_are_told_by_what_they_are_called_or_by_their_number(text, language, found):
    assert addresses(text, language) == found

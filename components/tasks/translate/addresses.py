"""Addresses in a text, which stay as they are: Rua XV de Novembro is no 15th Street of November.

Knows one text and no engine; English and Portuguese streets alone.
"""

import re

_CAPITAL = r"[A-ZÀ-Þ][\w'’.-]*"
_NUMBER = r"\d{1,5}[A-Za-z]?(?![\w.,]\d)"
_ENDS = "Street|Avenue|Road|Lane|Boulevard|Drive|Square|Terrace"
_STREET = rf"(?:{_CAPITAL} ){{1,3}}(?:{_ENDS})"
_SURE = r"Rua|Avenida|Travessa|Alameda|R\.|Av\."  # streets without a number too
_PLACES = r"Praça|Largo|Ladeira|Rodovia|Estrada"
_NAME = rf"(?: (?:d[aeo]s?|e|\d{{1,2}}|{_CAPITAL}))*? {_CAPITAL}"
_OF_HOUSE = rf", (?:n[º°o]?\.? ?)?{_NUMBER}"
_PATTERNS = {
    "en": re.compile(rf"(?<!\w)(?:{_NUMBER} {_STREET}|{_STREET}, {_NUMBER})(?!\w)"),
    "pt": re.compile(
        rf"(?<!\w)(?:(?:{_SURE}|{_PLACES}){_NAME}{_OF_HOUSE}"
        rf"|(?:{_SURE})(?:(?: d[aeo]s?)? {_CAPITAL}| \d{{1,2}}(?= d))"
        rf"(?: (?:d[aeo]s?|e|{_CAPITAL}))* {_CAPITAL}"
        rf"|(?:{_SURE})(?: d[aeo]s?)? {_CAPITAL})(?!\w)"
    ),
}


def addresses(text: str, language: str) -> list[str]:
    """The parts of a text that are a street, with its number if it is there."""
    pattern = _PATTERNS.get(language)
    return list(dict.fromkeys(found[0] for found in pattern.finditer(text))) if pattern else []

"""Numbers in words up to a hundred, in languages other than English: what a document says, for looking up.
In German, where they are one word, up to a million.

Knows nothing about documents. English is in `amounts`, since there they are looked for too.
"""

import re
from functools import cache

# From 0, then the tens from 20 on.
_UNITS = {
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn "
    "sechzehn siebzehn achtzehn neunzehn",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve",
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
    "quindici sedici diciassette diciotto diciannove",
    "pt": "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezasseis "
    "dezassete dezoito dezanove",
}
_TENS = {
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert",
    "fr": "vingt trente quarante cinquante soixante soixante-dix quatre-vingt quatre-vingt-dix cent",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien",
    "it": "venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento",
    "pt": "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem",
}
_OTHERS = {
    "de": {"ein": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "dreissig": 30},
    "fr": {"une": 1, "quatre-vingts": 80},
    "es": {"un": 1, "una": 1, "veintiuno": 21, "veintiún": 21, "veintidós": 22, "veintitrés": 23}
    | {"veinticuatro": 24, "veinticinco": 25, "veintiséis": 26, "veintisiete": 27, "veintiocho": 28}
    | {"veintinueve": 29, "treinta y un": 31, "cuarenta y un": 41, "cincuenta y un": 51},
    "it": {"un": 1, "una": 1, "ventitré": 23},
    "pt": {"uma": 1, "duas": 2, "dezesseis": 16, "dezessete": 17, "dezenove": 19, "quatorze": 14},
}
# "hundert" and "tausend" alone stand for one of them.
_LARGE = re.compile("hundert|tausend")
_LONGEST = 80  # letters
_GERMAN = re.compile(r"(?:(?P<thousands>.*)tausend)?(?:(?P<hundreds>.*?)hundert)?(?:und)?(?P<rest>.*)")


def values(text: str, language: str) -> set[str]:
    """The values of all numbers in words."""
    if language not in _UNITS:
        return set()
    known = _words(language)
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.lower())
    three = (" ".join(words[i : i + 3]) for i in range(len(words) - 2))  # "vinte e três"
    found = {str(known[phrase]) for phrase in (*words, *three) if phrase in known}
    if language == "de":
        large = (_german(word, known) for word in words if _LARGE.search(word) and len(word) <= _LONGEST)
        found |= {str(value) for value in large if value}
    return found


def _german(word: str, known: dict[str, int]) -> int | None:
    """What "dreihunderttausendfünfzig" is worth; None for "Jahrhundert" and "Tausende"."""
    match = None if word in known else _GERMAN.fullmatch(word)
    if match is None or match["rest"] == word:
        return known.get(word)
    total = 0
    for name, times in (("thousands", 1000), ("hundreds", 100), ("rest", 1)):
        part = match[name]
        value = 0 if part is None else _german(part, known) if part else int(name != "rest")
        if value is None:
            return None
        total += value * times
    return total


@cache
def _words(language: str) -> dict[str, int]:
    """Every number's words up to a hundred."""
    units = {word: i for i, word in enumerate(_UNITS[language].split())}
    tens = {word: 10 * i for i, word in enumerate(_TENS[language].split(), 2)}
    most = 20 if language == "fr" else 10  # soixante-dix-sept
    joint = {
        joined: ten_value + value
        for ten, ten_value in tens.items()
        for unit, value in units.items()
        if 0 < value < most and ten_value < 100
        for joined in _joined(language, ten, unit)
    }
    return units | tens | joint | _OTHERS[language]


def _joined(language: str, ten: str, unit: str) -> list[str]:
    """A ten and a unit as a language joins them."""
    if language == "de":
        return [f"{'ein' if unit == 'eins' else unit}und{ten}"]
    if language == "fr":
        return [f"{ten}-{unit}", f"{ten} et {unit}", f"{ten}-et-{unit}"]
    if language == "es":
        return [f"{ten} y {unit}"]
    if language == "it":
        return [f"{ten[:-1] if unit[0] in 'uo' else ten}{unit}"]
    return [f"{ten} e {unit}"]

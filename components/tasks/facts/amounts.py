"""The numbers of a text as plain values: in figures, in words, and with a scale such as "million".

Knows nothing about documents. What can be read in two ways has both values: a false alarm is worse here
than a number that is let pass.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from components.tasks.facts import number_words
from components.tasks.facts.dates import ORDINAL

_BETWEEN = "[.,'’ \u00a0\u202f]"  # thousands
_INDIAN = r"\d{1,2}(?:,\d{2})+,\d{3}"  # lakhs and crores: 12,50,000
_FIGURES = re.compile(
    rf"(?<![\w.])(?:{_INDIAN}|\d{{1,3}}(?:{_BETWEEN}\d{{3}})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)(?!\d)"
    r"|(?<=[^\W\d_])\d+(?:[.,]\d+)*"
)
# A dash is a minus where a number begins: in "3-5", "Covid-19" and "2019-20" it joins.
_MINUS = re.compile(
    r"(?:(?<![^\s(\[{\"'“‘„«:=<>≤≥~|/到至为是于约达])[-−–]|−[ \u00a0])[$€£¥]?$"
    r"|\b(?:minus|negative)[ \u00a0-]$|(?:零下|负)$",
    re.IGNORECASE,
)
# After another number, at the beginning of a line and right after a letter it may be either; and so may a
# number after a word that says "less" by itself: "-5%" is "fell by 5%".
_PERHAPS_MINUS = re.compile(
    r"(?:\d[%\w]*\s+|^|\n)[-−–]\s?[$€£¥]?$|[^\W\d]−[$€£¥]?$|[\u3400-\u9fff](?<![到至为是于约达])[-−–]$"
    r"|\b(?:moins|menos|meno)\s$"
    r"|\b(?:f[ae]ll(?:s|en|ing)?|drop\w*|declin\w*|decreas\w*|los(?:s|es|t|ing|ses)|down|lower\w*|reduc\w*|cut"
    r"|shr[aiu]nk\w*|slid|slump\w*|deficits?|sank|contract\w*|gesunken|fiel|verlust|rückgang|baiss\w*|perte"
    r"|cayó|caiu|perd\w*)"
    r"(?:\s(?:by|of|about|around|nearly|almost|over|some|um|von|de|en|a|an|the|net))*\s[-−–]?[$€£¥]?$"
    r"|(?:下降|减少|下跌|亏损|降低|下滑)了?约?[$€£¥]?$",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"\s?(?:°\s?[CF]?|degrees|grad)?\s?(?:celsius|fahrenheit)?\s?"
    r"(?:below (?:zero|freezing)|unter null|bajo cero|sotto (?:lo )?zero|abaixo de zero|au-dessous de zéro)",
    re.IGNORECASE,
)
_SIGN = re.compile(r"[-−–][$€£¥]?$")
_NEAR = 40  # characters before a number in which its sign is looked for
_CENTURY = re.compile(r"\b((?:19|20)\d\d)\s?[-–/]\s?$")  # before the "21" of "2019–21"
_TWELVE = re.compile(
    r"\b(?P<hour>1[0-2]|\d)(?:[:.](?P<minutes>\d\d))?\s?(?P<half>[ap])\.?\s?m\b", re.IGNORECASE
)
_TWENTY_FOUR = re.compile(r"\b(1[3-9]|2[0-3])[:.h](\d\d)\b")
# "9.30 am" and "9:30" say both 9 and 30, and 9.30: a number to a reader who doesn't see that it is a time.
_MINUTES = re.compile(
    r"\b([01]?\d|2[0-3])(?::([0-5]\d)|\.([0-5]\d)(?=\s?(?:[ap]\.?\s?m\b|Uhr\b)))(?![:\d])", re.I
)
_DIGITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_TENS_LIST = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: value for value, word in enumerate(_DIGITS.split())} | {
    word: 10 * value for value, word in enumerate(_TENS_LIST.split(), 2)
}
_TENS_UNIT = re.compile(
    r"\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ]"
    r"(one|two|three|four|five|six|seven|eight|nine)\b"
)
_WORD = re.compile(rf"\b({'|'.join(_WORDS)})\b")

# Powers of ten.
_SCALES = {
    3: "thousand tausend mille mila mil",
    6: "million millions millionen mio millón millones milhão milhões milione milioni mn",
    9: "billion billions bn milliarde milliarden mrd milliard milliards miliardo miliardi bilhão bilhões",
    12: "trillion trillions tn",
}
_VAGUE = {"k": 3, "m": 6, "b": 9}  # metres, or millions?
_ASIAN = {"万": 4, "萬": 4, "亿": 8, "億": 8, "万亿": 12}
_POWER = {word: power for power, words in _SCALES.items() for word in words.split()} | {"mil millones": 9}
_FREE = re.compile(rf"\b(?:{'|'.join(sorted(_POWER, key=len, reverse=True))})\b", re.IGNORECASE)
_SCALE = re.compile(
    rf"[\s-]?({'|'.join(sorted(_POWER | _VAGUE, key=len, reverse=True))})\b|\s?(万亿|[万萬亿億])",
    re.IGNORECASE,
)
_TO = re.compile(r"\s*(?:-|–|to|and|or|bis|und|oder|à|a|et|y|e|o|至|到)\s*[-−–]?", re.IGNORECASE)

# What is measured in, by the smallest of its kind and the power of ten.
_MEASURES = {
    "mm": {
        0: "mm millimetre millimeter millimètre milímetro millimetro millimetri 毫米",
        1: "cm centimetre centimeter zentimeter centimètre centímetro centimetro centimetri 厘米",
        3: "m metre meter mètre metro metri 米",
        6: "km kilometre kilometer kilomètre kilómetro quilómetro quilômetro chilometro chilometri 公里 千米",
    },
    "mg": {
        0: "mg milligram milligramme milligramm miligramo miligrama milligrammo 毫克",
        3: "g gram gramme gramm gramo grama grammo grammi 克",
        6: "kg kilo kilogram kilogramme kilogramm kilogramo quilograma quilo chilogrammo chilo "
        "chilogrammi chili 公斤 千克",
        9: "t tonne tonnen tonelada tonnellata tonnellate 吨",
    },
    "ml": {
        0: "ml millilitre milliliter mililitro millilitro 毫升",
        1: "cl centilitre centiliter zentiliter centilitro",
        3: "l litre liter litro litri 升",
    },
}
_MEASURE = {
    word: (base, power)
    for base, powers in _MEASURES.items()
    for power, words in powers.items()
    for word in words.split()
}
_MEASURED = re.compile(
    rf"[\s-]?({'|'.join(sorted(_MEASURE, key=len, reverse=True))})(?:e?s|n)?(?![a-zß-ÿ\d²³^])", re.IGNORECASE
)

_UNIT = "one|two|three|four|five|six|seven|eight|nine"
_SMALL = rf"(?:(?:{_TENS_LIST.replace(' ', '|')})(?:[- ](?:{_UNIT}))?|{'|'.join(_DIGITS.split()[:20])})"
_BELOW_THOUSAND = rf"(?:(?:{_SMALL}|a)[ -]hundred(?:(?: and)? {_SMALL})?|{_SMALL})"
_BIG = "(?:thousand|million|billion|trillion)"
_IN_WORDS = re.compile(
    rf"(?<!half )\b(?:{_BELOW_THOUSAND}|a(?= {_BIG}))"
    rf"(?:[ -]{_BIG}\b(?:,? (?:and )?{_BELOW_THOUSAND}\b)?)*"
    r"\b(?!-(?:first|second|third|\w+th\b(?<!month))\b)",
    re.IGNORECASE,
)
_DECADES = {
    20: "twenties",
    30: "thirties",
    40: "forties",
    50: "fifties",
    60: "sixties",
    70: "seventies",
    80: "eighties",
    90: "nineties",
}
# What says a number without naming it: looked up in, never looked for.
_SAYS = {
    0: "zero",
    1: "one once single",
    2: "both pair couple twice double",
    3: "triple thrice trio",
    10: "decade",
    12: "dozen noon midday midnight",
    50: "half",
    100: "century",
    **{1900 + tens: word for tens, word in _DECADES.items()},
}
_SAYING = {word: str(value) for value, words in _SAYS.items() for word in words.split()} | {
    word: str(value) for word, value in ORDINAL.items()
}
_SAID = re.compile(
    rf"\b(?<!half a )(?:{'|'.join(sorted(_SAYING, key=len, reverse=True))})\b",
    re.IGNORECASE,
)
# The place in an order, in a phrase that means nothing else; "first place" may be "won".
_PLACES = "|".join(word for word in sorted(ORDINAL, key=len, reverse=True) if word != "first")
_RANK = re.compile(
    rf"\b(?P<before>{_PLACES}) (?:century|place|quarter)\b"
    rf"|\b(?:came|finished|ranked|placed)(?: in)? (?P<after>{_PLACES})\b(?! (?:century|place|quarter|time))",
    re.IGNORECASE,
)
# What is counted in tens and the like: "two decades", "half a century", "a dozen".
_GROUPS = {"decade": 10, "decades": 10, "century": 100, "centuries": 100, "dozen": 12}
_GROUP = re.compile(rf"[ -]({'|'.join(_GROUPS)})\b", re.IGNORECASE)
_ONE_GROUP = re.compile(r"\b(half )?an? (decade|century|dozen)\b", re.IGNORECASE)
_DECADE = re.compile(r"\b(?:1[5-9]|20)(\d0)['’]?s\b")  # "the 1980s" are the eighties
_AND_A_HALF = re.compile(r" and a half\b", re.IGNORECASE)


@dataclass(frozen=True)
class Amount:
    """A number as it is written in a text, and its possible values."""

    text: str
    values: tuple[str, ...]
    power: int = 0  # of ten, that a word after it gives
    end: int = 0  # where it ends


def figures(text: str) -> list[Amount]:
    """Every number in figures as written, without its scale: "1,000", "1.000" and "1 000" are the same."""
    found = []
    for match in _FIGURES.finditer(text):
        raw = match[0].strip()
        end = match.start() + len(raw)
        values = (plain(raw), *_measured(text, end, (plain(raw),)))
        found.append(_amount(text, match.start(), end, values))
    return found


def times(text: str) -> set[str]:
    """The hours and minutes of a text, however they are divided, and by the other clock."""
    divided = [(match[1], match[2] or match[3]) for match in _MINUTES.finditer(text)]
    parts = {plain(part) for hour, minute in divided for part in (hour, minute, f"{hour}.{minute}")}
    return {*parts, *_clock(text)}


def words(text: str, language: str) -> set[str]:
    """The values of the words for numbers: the single ones of English too."""
    lower = text.lower()
    found = {str(_WORDS[a] + _WORDS[b]) for a, b in _TENS_UNIT.findall(lower)}
    found |= {str(_worth(match[0])) for match in _IN_WORDS.finditer(text)}
    return found | {str(_WORDS[word]) for word in _WORD.findall(lower)} | _foreign_words(text, language)


def _foreign_words(text: str, language: str) -> set[str]:
    """In English, words are looked for too, and so are read here."""
    return number_words.values(text, language) if language != "en" else set()


def amounts(text: str) -> list[Amount]:
    """Every number in figures, with its scale, and every one in Chinese characters that is nothing else."""
    found = [
        _with_unit(text, match, value)
        for match, value in number_words.chinese(text)
        if number_words.sure(match)
    ]
    text = _blank(text, (one for one in found if re.search(r"\d", one.text)))
    for match in _FIGURES.finditer(text):
        raw = match[0].strip()
        end = match.start() + len(raw)
        scale = _SCALE.match(text, end)
        ahead = _range(text, end) if scale is None else None
        power = _power(scale or ahead)
        values = _values(plain(raw), power)
        if len(raw) == 2 and (since := _CENTURY.search(text, 0, match.start())):
            values = (*values, since[1][:2] + raw)
        vague = scale is not None and (scale[1] or "").lower() in _VAGUE
        if ahead or vague:
            values = (*values, plain(raw))
        at = scale.end() if scale and not vague else end
        values = (*values, *_measured(text, at, values))
        found.append(_amount(text, match.start(), scale.end() if scale else end, values, power))
    return found


def in_words(text: str) -> list[Amount]:
    """Every number in English words. Nobody means a number by "one" alone."""
    found: list[Amount] = []
    for match in _IN_WORDS.finditer(text):
        value, half, group = (
            str(_worth(match[0])),
            _AND_A_HALF.match(text, match.end()),
            _GROUP.match(text, match.end()),
        )
        if half:
            found.append(Amount(match[0] + half[0], (f"{value}.5",), 0, half.end()))
        elif group:
            values = (str(int(value) * _GROUPS[group[1].lower()]), value)
            found.append(Amount(match[0] + group[0], values, 0, group.end()))
        elif match[0].lower() not in ("one", "zero"):
            found.append(_with_unit(text, match, value))
    for match in _ONE_GROUP.finditer(text):
        whole = _GROUPS[match[2].lower()]
        found.append(Amount(match[0], (str(whole // 2 if match[1] else whole),), 0, match.end()))
    return found


def with_figures(text: str) -> str:
    """An English text whose numbers in words are figures: "three weeks" is "3 weeks"."""
    return _IN_WORDS.sub(lambda match: str(_worth(match[0])), text)


def ranks(text: str) -> list[Amount]:
    """Places in an order that are told in English words: "eighteenth century", "second place"."""
    found = (
        (match, str(ORDINAL[(match["before"] or match["after"]).lower()])) for match in _RANK.finditer(text)
    )
    return [Amount(match[0], (value,), 0, match.end()) for match, value in found]


def said(text: str, language: str = "en") -> tuple[set[str], set[int]]:
    """Values of all that a text says about numbers, in whatever form; and the scales that stand alone, as
    "in millions" above a table does: they go with any of its numbers.
    """
    found = [*amounts(text), *in_words(text)]
    values = {value for amount in found for value in amount.values}
    values |= {_SAYING[saying[0].lower()] for saying in _SAID.finditer(text)}
    values |= {value for _, value in number_words.chinese(text)}
    values |= {decade[1] for decade in _DECADE.finditer(text)}
    values |= times(text) | _foreign_words(text, language)
    taken = {amount.end for amount in found}
    free = {_POWER[scale[0].lower()] for scale in _FREE.finditer(text) if scale.end() not in taken}
    return values, free


def _clock(text: str) -> Iterator[str]:
    """The hours of a text by the other clock: 3 p.m. is 15:00."""
    for match in _TWELVE.finditer(text):
        hour = int(match["hour"]) % 12 + (12 if match["half"] in "pP" else 0)
        yield from (str(hour), "0", plain(f"{hour}.{match['minutes'] or '00'}"))
    for match in _TWENTY_FOUR.finditer(text):
        hour = int(match[1]) - 12
        yield from (str(hour), plain(f"{hour}.{match[2]}"))


def _blank(text: str, taken: Iterable[Amount]) -> str:
    for one in taken:
        text = f"{text[: one.end - len(one.text)]}{' ' * len(one.text)}{text[one.end :]}"
    return text


def after_scale(text: str, end: int) -> int:
    """Where a number that ends there is over, with its "million"."""
    scale = _SCALE.match(text, end)
    return scale.end() if scale else end


def scaled(value: str, power: int) -> str:
    """A bare number that a scale elsewhere may go with."""
    return f"{value}e{power}"


def _amount(text: str, start: int, end: int, values: tuple[str, ...], power: int = 0) -> Amount:
    """The number between two places of a text, with its sign."""
    before = text[max(start - _NEAR, 0) : start]
    less = tuple(f"-{value}" for value in values if value != "0")
    sign = _SIGN.search(before)
    if _PERHAPS_MINUS.search(before):
        values = (*values, *less)
    elif (minus := _MINUS.search(before)) or _BELOW.match(text, end):
        sign, values = minus, less or values
    else:
        sign = None
    return Amount(f"{sign[0] if sign else ''}{text[start:end]}", values, power, end)


def _with_unit(text: str, match: re.Match[str], value: str) -> Amount:
    values = (value, *_measured(text, match.end(), (value,)))
    return _amount(text, match.start(), match.end(), values)


def _measured(text: str, end: int, values: tuple[str, ...]) -> list[str]:
    """The same by the smallest unit, where a unit comes next or behind the other number of a range."""
    unit = _MEASURED.match(text, end)
    if not unit and (between := _TO.match(text, end)) and (other := _FIGURES.match(text, between.end())):
        unit = _MEASURED.match(text, other.start() + len(other[0].strip()))
    if not unit:
        return []
    base, power = _MEASURE[unit[1].lower()]
    whole = (value for value in values if re.fullmatch(r"\d+(?:\.\d+)?", value))
    return [f"{_values(value, power)[0]} {base}" for value in whole]


def _values(plain: str, power: int) -> tuple[str, ...]:
    if not power:
        return (plain,)
    try:
        whole = f"{Decimal(plain).scaleb(power):f}"
    except InvalidOperation:  # "1.2.3"
        return (plain,)
    return (whole.rstrip("0").rstrip(".") if "." in whole else whole, scaled(plain, power))


def _power(scale: re.Match[str] | None) -> int:
    if scale is None:
        return 0
    return _ASIAN[scale[2]] if scale[2] else (_POWER | _VAGUE)[scale[1].lower()]


def _range(text: str, end: int) -> re.Match[str] | None:
    """The scale of "4 to 5 million", which goes with both."""
    between = _TO.match(text, end)
    other = _FIGURES.match(text, between.end()) if between else None
    return _SCALE.match(text, other.start() + len(other[0].strip())) if other else None


def _worth(phrase: str) -> int:
    total = now = 0
    for word in re.findall(r"[a-z]+", phrase.lower()):
        if word == "hundred":
            now = max(now, 1) * 100
        elif word in _POWER:
            total, now = total + max(now, 1) * 10 ** _POWER[word], 0
        else:
            now += _WORDS.get(word, 0)
    return total + now


def plain(raw: str) -> str:
    """A number in figures without what divides its thousands: "1,000.50" is "1000.5"."""
    if re.fullmatch(_INDIAN, raw):
        return raw.replace(",", "")
    grouped = re.fullmatch(rf"\d{{1,3}}({_BETWEEN})\d{{3}}(?:\1\d{{3}})*(?:[.,]\d+)?", raw)
    value = raw.replace(grouped[1], "") if grouped else raw
    value = value.replace(",", ".")
    return value.rstrip("0").rstrip(".") if "." in value else value.lstrip("0") or "0"

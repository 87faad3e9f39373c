"""Numbers of spreadsheets as their cells show them: percentages, currencies, fractions, zeros, hours.

Knows nothing about cells. A format that only groups or rounds digits leaves the number as it is.
"""

import datetime
import operator
import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

# Quoted and escaped text, [$€-407] and other brackets, the space of a character (_x), what fills a cell (*x).
_LITERAL = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\]|[_*].|(?P<bare>[^#0?.,])'
)
_DIGITS = re.compile(r"[#0?,]*(?:\.[#0?]+)?,*")
_PLAIN = re.compile(r"[#0?]/|E[+-]", re.I)
_GENERAL = re.compile("general", re.I)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?[\d.]+)\]")
_HOLDS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq} | {
    "<>": operator.ne
}
# "# ??/??" and "# ?/8"; without the part before the space, wholes are in the fraction too.
_FRACTION = re.compile(
    r"\s*(?P<whole>[#0?]+[\s\\]+)?[#0?]+\s*/\s*(?:(?P<fixed>[1-9]\d*)|(?P<digits>[#0?]+))\s*"
)


@dataclass(frozen=True)
class _Format:
    before: str
    digits: str  # such as #,##0.00
    after: str
    runs: tuple[str, ...]  # of digits and of the text between, around and behind them, as they follow

    @classmethod
    def parsed(cls, section: str) -> "_Format":
        """The text before the digits, the digits, and the text after them."""
        parts, runs = ["", "", ""], []
        at = 0
        for found in _LITERAL.finditer(section):
            text = next((text for text in found.groups() if text is not None), "")
            parts[1] += section[at : found.start()]
            runs += [section[at : found.start()], text]
            parts[2 if parts[1] else 0] += "" if text in "()-+" else text
            at = found.end()
        parts[1] += section[at:]
        return cls(parts[0], parts[1], parts[2], (*runs, section[at:]))

    @property
    def tells(self) -> bool:
        """Whether the text around the digits says something, such as a currency or a unit."""
        return any(c.isalpha() or unicodedata.category(c) == "Sc" for c in self.before + self.after)

    @property
    def is_mask(self) -> bool:
        """Whether text is between the digits: 000-00-0000."""
        return len([run for run in self.runs[::2] if run]) > 1 and not re.search("[.,]", self.digits)

    def filled(self, value: int) -> str:
        """The digits of a value in the places of the mask, from the last one on."""
        left, out = str(value), ""
        first = next(i for i in range(0, len(self.runs), 2) if self.runs[i])
        for i in reversed(range(len(self.runs))):
            if i % 2:
                out = self.runs[i] + out
                continue
            for place in reversed(self.runs[i]):
                digit, left = (left[-1], left[:-1]) if left else ("0" * (place == "0"), "")
                out = digit + out
            if i == first:
                out = left + out
        return out.strip(" -")


def shown_number(value: float, number_format: str) -> str:
    """7.5% of 0.075 and 0.0%; $1,234.50 of 1234.5 and "$"#,##0.00; 00007 of 7 and 00000; else the number."""
    sections = _sections(number_format)
    section = _chosen(sections, value)
    bare = _QUOTED.sub("", section)
    if "%" in bare:
        places = len(re.sub(r"[^0#]", "", bare.split(".")[1].split("%")[0])) if "." in bare else 0
        return f"{value * 100:.{places}f}%"
    if fraction := _FRACTION.fullmatch(bare):
        return _as_fraction(value, fraction)
    whole = float(value).is_integer()
    general = _GENERAL.search(bare) is not None
    form = _Format.parsed(_GENERAL.sub("#", section) if general else section)
    if not form.digits and form.tells and not re.search(r"\w", bare):
        return form.before.strip()  # "free" in the place of 0
    if _PLAIN.search(bare) or not form.digits or not _DIGITS.fullmatch(form.digits):
        return _plain(value)
    # A section for negative numbers has its own sign, which may be a colour, or its own words.
    own = section is not sections[0] and _words(form) != _words(_Format.parsed(sections[0]))
    sign = "-" if value < 0 and not own else ""
    if form.is_mask and whole:
        return sign + form.filled(abs(int(value)))
    if form.tells:
        size = _plain(abs(value)) if general else _grouped(abs(value), form.digits)
        return f"{sign}{form.before}{size}{form.after}".strip()
    if re.fullmatch(r"0{2,}", form.digits) and not form.before + form.after and whole:
        return f"{int(value):0{len(form.digits) + (value < 0)}d}"
    return _plain(value)


def _sections(number_format: str) -> list[str]:
    """The parts between semicolons: of positive numbers, negative ones, and zero."""
    held = _QUOTED.sub(lambda found: found[0].replace(";", "\0"), number_format)
    return [section.replace("\0", ";") for section in held.split(";")[:3]]


def _chosen(sections: list[str], value: float) -> str:
    """The first section whose condition holds, as in [>=1000]0.0,"K";0; without conditions the value's sign
    decides.
    """
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        held = (
            section
            for section, condition in zip(sections, conditions, strict=True)
            if condition is None or _HOLDS[condition[1]](value, float(condition[2]))
        )
        return next(held, "")
    at = 1 if value < 0 else 2 if value == 0 else 0
    return sections[at] if at < len(sections) else sections[0]


def _words(form: _Format) -> str:
    return "".join(c for c in form.before + form.after if c.isalpha())


def _as_fraction(value: float, form: re.Match[str]) -> str:
    """1 1/2 of 1.5 and # ?/?; 3/2 of it and ?/?; 1 4/8 of it and # ?/8; 2 of 2."""
    size = abs(value)
    if form["fixed"]:
        below = int(form["fixed"])
        above = round(size * below)
    else:
        near = Fraction(size).limit_denominator(10 ** len(form["digits"]) - 1)
        above, below = near.numerator, near.denominator
    whole, rest = divmod(above, below) if form["whole"] or above % below == 0 else (0, above)
    parts = [str(whole)] * bool(whole or not rest) + [f"{rest}/{below}"] * bool(rest)
    return "-" * (value < 0 and above > 0) + " ".join(parts)


def _grouped(value: float, digits: str) -> str:
    """With the groups and places that `digits` asks for; each comma at its end divides by 1,000."""
    scale = len(digits) - len(digits.rstrip(","))
    whole, _, decimals = digits.rstrip(",").partition(".")
    least = len(decimals.rstrip("#?"))
    text = f"{value / 1000**scale:{',' if ',' in whole else ''}.{len(decimals)}f}"
    if "," not in whole and text.partition(".")[0].isdigit():  # "No. "000
        text = "0" * (whole.count("0") - len(text.partition(".")[0])) + text
    while len(decimals) > least and text.endswith("0"):
        text, decimals = text[:-1], decimals[:-1]
    return text.rstrip(".")


def _plain(value: float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value) if isinstance(value, int) else f"{value:.15g}"


def shown_duration(value: datetime.timedelta, number_format: str) -> str:
    """42:00 of 42 hours and [h]:mm; with seconds where the format has them."""
    seconds = round(abs(value.total_seconds()))
    sign = "-" if value < datetime.timedelta() else ""
    if re.search(r"\[m+\]", number_format, re.I):
        return f"{sign}{seconds // 60}:{seconds % 60:02}"
    end = f":{seconds % 60:02}" if "s" in number_format.lower() else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}{end}"

"""Numbers in Chinese characters, which Japanese has too, as plain values: 三千五百, 百分之十二, 1亿2000万.

Knows nothing about documents.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

_DIGIT = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_UNIT = {"十": 1, "百": 2, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}  # powers of ten
_D, _U = "".join(_DIGIT), "".join(_UNIT)
_COEFFICIENT = rf"(?:\d+(?:\.\d+)?|[{_D}](?:点[{_D}]+)?|零[{_D}])"
_NUMBER = re.compile(
    rf"(?<![{_D}{_U}\d.])(?:(?:{_COEFFICIENT})?[{_U}])+(?:零?[{_D}])?(?![{_D}])"
    rf"|(?<![{_D}{_U}])[{_D}]点[{_D}]+(?![{_D}十分刻])|(?<![{_D}{_U}])[{_D}]+(?![{_D}{_U}点])"
)
_YEAR = re.compile(rf"[{_D}]{{4}}(?=年)|[{_D}]*〇[{_D}]*")
_COUNTED = re.compile(r"[个個名人家年天次位条項项岁歲米元倍座所艘辆種种台件届]|小时|分钟|公里")
_NO_NUMBER = re.compile(r"[月日号號]")  # a date, looked up in other ways


def found(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Every number with its value, a single sign such as 三 among them."""
    for match in _NUMBER.finditer(text):
        yield match, _value(match[0])


def sure(match: re.Match[str]) -> bool:
    """Whether it is nothing but a number: 千万 and 一 are other words too."""
    raw, text = match[0], match.string
    digits = [sign for sign in raw if sign in _DIGIT]
    units = [sign for sign in raw if sign in _UNIT]
    if _NO_NUMBER.match(text, match.end()) or raw in ("一", "零", "〇"):
        return False
    if text.endswith("百分之", 0, match.start()) or (digits and "点" in raw):
        return True
    if re.search(r"\d", raw):
        return len(units) > 1 and units != ["万", "亿"]
    if units:
        return bool(digits)
    return bool(_YEAR.match(text, match.start())) or (
        len(raw) == 1 and bool(_COUNTED.match(text, match.end()))
    )


def _value(raw: str) -> str:
    if not any(sign in _UNIT for sign in raw):
        return _plain(Decimal(_figures(raw)))
    total = section = Decimal(0)
    last = 0
    for coefficient, unit in re.findall(rf"([\d.{_D}点]*)([{_U}]?)", raw):
        now = Decimal(_figures(coefficient)) if coefficient else None
        if not unit:  # 三千五 is 3500, 三千零五 is 3005
            short = last > 1 and coefficient and coefficient[0] not in "零〇"
            section += (now or 0) * (10 ** (last - 1) if short else 1)
            continue
        last = _UNIT[unit]
        if last < 4:
            section += (1 if now is None else now) * 10**last
        else:
            section += now or 0
            total = (total + section) * 10**last if last == 8 else total + (section or 1) * 10**last
            section = Decimal(0)
    return _plain(total + section)


def _figures(signs: str) -> str:
    return "".join("." if sign == "点" else str(_DIGIT.get(sign, sign)) for sign in signs)


def _plain(value: Decimal) -> str:
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain

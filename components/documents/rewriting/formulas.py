"""What one formula of a workbook reads: its references and texts. Knows formulas, no workbook.

References that only count or add up are left out: text in SUM(B1:B9) changes nothing, wherever it is
translated. The references of =IF(E2="Open",SUM(B2:B3),"") are E2, its texts are Open and "".
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

# Functions whose result is the same for any text in a range that is an argument of theirs.
_BLIND = """
SUM PRODUCT SUMPRODUCT AVERAGE MIN MAX COUNT COUNTA COUNTBLANK MEDIAN MODE LARGE SMALL SUBTOTAL AGGREGATE
STDEV STDEV.S STDEV.P STDEVP VAR VAR.S VAR.P VARP ROW ROWS COLUMN COLUMNS ISBLANK ISNUMBER ISTEXT NPV IRR
"""
BLIND = frozenset(_BLIND.split())
_COMPUTING = frozenset(("INDIRECT", "OFFSET"))
_SPILL = re.compile(r"(?<=\d)#")  # of a range that grows: the tokenizer doesn't know it
_LITERAL = re.compile(r'"((?:[^"]|"")*)"')
_CELLS = re.compile(r"(?:'(?:[^']|'')+'!|[\w.]+!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?")


_FIGURES = re.compile(r"\d+", re.ASCII)
_STAND_IN = 10**6  # the row that stands for the first number of a formula, the next one for the next


@dataclass
class Reads:
    """What a formula reads."""

    ranges: list[str] = field(default_factory=list)  # as they are written: 'My sheet'!$A$1:B2, People[City]
    texts: list[str] = field(default_factory=list)  # its own, without quotation marks
    computed: bool = False  # it finds cells by addresses that it computes


def reads(formula: str) -> Reads:
    """Of a formula with or without "="; of one that can't be parsed all that looks like a cell."""
    numbers: list[str] = []

    def numbered(figures: re.Match[str]) -> str:
        numbers.append(figures[0])
        return str(_STAND_IN + len(numbers) - 1)

    plain = _FIGURES.sub(numbered, _SPILL.sub("", formula.removeprefix("=")))
    found = _reads(plain)

    def own(text: str) -> str:
        return _FIGURES.sub(lambda figures: numbers[int(figures[0]) - _STAND_IN], text)

    return Reads([own(one) for one in found.ranges], [own(one) for one in found.texts], found.computed)


@lru_cache(maxsize=1000)
def _reads(plain: str) -> Reads:
    """Of a formula with numbered figures: those of a column differ in their rows, and are parsed once."""
    try:
        tokens = [token for token in Tokenizer(f"={plain}").items if token.type != Token.WSPACE]
    except (TokenizerError, IndexError):
        return Reads(_CELLS.findall(plain), [_unquoted(one) for one in _LITERAL.findall(plain)], True)
    found, functions = Reads(), list[str]()
    for number, token in enumerate(tokens):
        if token.type in (Token.FUNC, Token.PAREN, Token.ARRAY):
            _follow(token, functions, found)
        elif token.type == Token.OPERAND and token.subtype == Token.TEXT:
            found.texts.append(_unquoted(token.value[1:-1]))
        elif token.type == Token.OPERAND and token.subtype == Token.RANGE:
            alone = _is_argument(tokens, number) and bool(functions) and functions[-1] in BLIND
            if not alone:
                found.ranges.append(token.value)
    return found


def _follow(token: Token, functions: list[str], found: Reads) -> None:
    if token.subtype == Token.CLOSE:
        if functions:
            functions.pop()
        return
    start, _, name = token.value.rstrip("(").rpartition(":")  # A1:INDEX( is one token
    name = name.upper().removeprefix("_XLFN.")
    functions.append(name)
    if start or name in _COMPUTING:
        found.computed = True


def _is_argument(tokens: list[Token], number: int) -> bool:
    """Whether a token is all of an argument."""
    before, after = tokens[number - 1 : number], tokens[number + 1 : number + 2]
    opened = bool(before) and (before[0].type == Token.SEP or before[0].subtype == Token.OPEN)
    return opened and bool(after) and (after[0].type == Token.SEP or after[0].subtype == Token.CLOSE)


def _unquoted(text: str) -> str:
    return text.replace('""', '"')

"""Questions about all: every passage is read by the same rules, and rows of tables are counted, not guessed.

Knows sentences, tables and the question's words; nothing about models. "How many invoices are over 1,000?"
takes the column of numbers that the question names (or the only one), and counts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise

import numpy as np

from components.documents import Block, Document
from components.messages import Message, counted
from components.models.engine import Vectors
from components.retrieval.index import Found
from components.retrieval.shelf import Sentence
from components.retrieval.words import tokens
from components.tasks.ask.kinds import has
from components.tasks.facts.amounts import plain
from components.tasks.summarize import minutes
from components.tasks.summarize.passages import place_of
from components.tasks.summarize.summary import ACTIONS, DECISIONS
from components.tasks.summarize.table_rows import header_of

NEAR = 0.5  # cosine of a sentence with the question, from which it is about the same
NEAR_WITH_WORD = 0.3  # the same where it has some of the question's words
MOST = 200  # sentences of a list
_OVER = re.compile(
    r"\b(?:over|above|more than|greater than|at least|exceed\w*|über|mehr als|mindestens|plus de|más de|"
    r"mais de|più di)\b|超过|大于|高于|以上|>",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"\b(?:under|below|less than|fewer than|at most|unter|weniger als|höchstens|moins de|menos de|meno di)\b"
    r"|低于|少于|小于|以下|<",
    re.IGNORECASE,
)
_INCLUSIVE = re.compile(r"\b(?:at least|at most|mindestens|höchstens)\b|以上|以下", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d[\d.,'’ \u00a0\u202f]*")
_SUM = re.compile(r"\b(?:total|sum|altogether|summe|insgesamt|gesamt\w*)\b|总和|总计|合计|总共", re.I)
_DATED = re.compile(
    r"\b(?:deadlines?|dates?|due|when|fristen?|termine?|échéances?|fechas?|plazos?|prazos?|datas?|scadenze)\b"
    r"|截止|日期|期限|时间",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"\bdeadlines?\b|\bdue\b|notice period|\w*frist(?:en)?\b|\btermine?\b|échéances?|\bdélais?\b|\bplazos?\b|"
    r"\bprazos?\b|scadenz[ae]|截止|期限",
    re.IGNORECASE,
)
# What makes a date the last one: "by 5 May", "bis zum 5. Mai", "5月5日之前".
_UNTIL = re.compile(
    r"\b(?:by|until|till|before|no later than|not later than|latest|due|expires?|ends?|closes?|"
    r"bis|spätestens|vor|"
    r"fällig|endet|jusqu\w*|avant|au plus tard|hasta|antes|até|vence|termina|entro)\b|"
    r"之前|以前|前(?=[，。、完提交支])|止|到期",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"\b(?:promis\w*|agreed? to do|commit\w*|(?:action|to-?do) (?:items?|points?)|to-?dos?|tasks?|next steps|"
    r"versprochen|zugesagt|verspricht|aufgaben?|promet\w*|promess\w*|tareas?|tarefas?|promis)\b|承诺|答应|待办|任务",
    re.IGNORECASE,
)
_DECIDED = re.compile(
    r"\b(?:decisions?|decided?|resolutions?|beschl[uü]ss\w*|beschlossen|entscheidung\w*|entschieden|décisions?|"
    r"decisiones|decisões|decidid[oa]s?)\b|决定|决议",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    r"\bhow many\b|\bwie ?viele\b|\bcombien de\b|\bcuánt[oa]s\b|\bquant[oa]s\b|\bquant[ie]\b|"
    r"(?:多少|几)(?:个|张|笔|份|项|条|家|人|次)",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"\b(?:each|every|jede[rs]?) (?:person|people|speaker|member|participant|party|one|"
    r"sprecher\w*|teilnehmer\w*)\b|"
    r"每(?:个|位)?(?:人|发言人|参会者|成员)|"
    r"\b(?:which|what|who|all|each|every|list|name|show|find|there|mentioned|named|listed|given|many|much|"
    r"how|did|does|welche|alle|jede[rs]?|nenne|liste|zeige|gibt|wie|viele|was)\b"
    r"|有哪些|哪些|列出|列举|所有|每个|每位|什么|多少",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Listed:
    """A sentence that is part of the answer."""

    document: int  # which of the documents
    sentence: Sentence
    near: float
    last: bool = False  # whether it names a deadline, and not just a date


@dataclass(frozen=True)
class Counted:
    """Rows of tables that fulfil a condition."""

    message: Message
    rows: tuple[Listed, ...]


@dataclass(frozen=True)
class Subject:
    """What a question about all looks for."""

    words: frozenset[str]  # beside those for dates, promises and decisions
    dated: bool  # only sentences with a date answer
    deadline: bool  # dates until which something is to be done come first
    wanted: Message  # the list of minutes that is asked for; "" for none
    vector: Vectors | None


def subject_of(question: str, language: str, vector: Vectors | None) -> Subject:
    """The stems that say what is looked for, without the words that ask."""
    wanted: Message = ACTIONS if _PROMISE.search(question) else DECISIONS if _DECIDED.search(question) else ""
    bare = question
    for asking in (_FRAME, _DATED, _DEADLINE, _PROMISE, _DECIDED):
        bare = asking.sub(" ", bare)
    words = frozenset(one for one in tokens(bare, language) if not one.startswith("=") and len(one) > 1)
    deadline = bool(_DEADLINE.search(question))
    return Subject(words, deadline or bool(_DATED.search(question)), deadline, wanted, vector)


def listed(subject: Subject, document: int, chunks: Sequence[Found], language: str) -> Iterator[Listed]:
    """The sentences of one document, in its language, that are about the subject, in their order."""
    for chunk in chunks:
        cosines: Vectors = np.zeros(len(chunk.sentences), np.float32)
        vector = subject.vector
        if vector is not None and chunk.vectors is not None and chunk.vectors.shape[1] == len(vector):
            cosines = chunk.vectors @ vector
        for sentence, near in zip(chunk.sentences, cosines, strict=True):
            if sentence.kind not in ("heading", "header") and _about(subject, sentence, near, language):
                last = bool(_UNTIL.search(sentence.text) or _DEADLINE.search(sentence.text))
                yield Listed(document, sentence, float(near), last)


def narrowed(subject: Subject, rows: Sequence[Listed]) -> list[Listed]:
    """Where a deadline is asked for: those that name one, or, where none does, all that have a date."""
    return [one for one in rows if subject.deadline and one.last] or list(rows)


def _about(subject: Subject, sentence: Sentence, near: float, language: str) -> bool:
    """Whether a sentence is near in meaning, has all of the words, or half of them and is rather near."""
    said = set(tokens(f"{sentence.place.section} {sentence.speaker} {sentence.text}", language))
    share = len(subject.words & said) / len(subject.words) if subject.words else 0.0
    rather = not subject.words or share > 0 or near >= NEAR_WITH_WORD
    if subject.dated:
        named = subject.deadline and _DEADLINE.search(sentence.text)
        return rather and bool(named or has("when", sentence.text, language))
    if subject.wanted:
        return rather and (minutes.told(sentence.text, language) == subject.wanted or near >= NEAR)
    return near >= NEAR or share >= 0.99 or (share >= 0.5 and near >= NEAR_WITH_WORD)


def count(question: str, language: str, documents: Sequence[Document]) -> Counted | None:
    """What a question about rows of tables comes to; None where no table answers it."""
    limit, asked = _limit(question), set(tokens(question, language))
    wants_number = limit is not None or _asks_sum(question)
    found: list[Listed] = []
    rows, total, names = 0, Decimal(0), list[str]()
    for number, document in enumerate(documents):
        for at, block in enumerate(document.blocks):
            if len(block.rows) < 2:
                continue
            header = 0 if block.headed else header_of(block.rows)
            column = _column(block, header, asked, wants_number)
            if column < 0 and wants_number:
                continue
            names += [block.rows[header][column]] if header >= 0 and column >= 0 else []
            for row, value in _values(block, header, column):
                rows += 1
                if limit is None or (value is not None and _fits(question, value, limit)):
                    total += value or 0
                    found.append(Listed(number, _row(block, at, row, header), 1.0))
    if not rows:
        return None
    named = names[0] if names else ""
    return Counted(_told(question, named, len(found), rows, total, limit), tuple(found))


def _values(block: Block, header: int, column: int) -> Iterator[tuple[int, Decimal | None]]:
    """The rows that count, with their number in the column; without a column, all."""
    for row in range(header + 1, len(block.rows)):
        if column < 0:
            yield row, None
        elif (value := _value(block.rows[row][column])) is not None:
            yield row, value


def _told(question: str, name: str, hits: int, rows: int, total: Decimal, limit: Decimal | None) -> Message:
    if _asks_sum(question) and name and limit is None:
        return counted(
            "{name}: {total} in all, over {count} row",
            "{name}: {total} in all, over {count:,} rows",
            rows,
            name=name,
            total=f"{total:,.2f}" if total.as_tuple().exponent == -1 else f"{total:,f}",  # 0.40, not 0.4
        )
    if limit is None:
        return counted("{count:,} row", "{count:,} rows", rows)
    if name:
        return counted(
            "{count:,} of {rows:,} rows, by the column {name}",
            "{count:,} of {rows:,} rows, by the column {name}",
            hits,
            rows=rows,
            name=name,
        )
    return counted("{count:,} of {rows:,} rows", "{count:,} of {rows:,} rows", hits, rows=rows)


def _asks_sum(question: str) -> bool:
    """Whether amounts are to be added up: not in "how many invoices are there in total"."""
    return bool(_SUM.search(question)) and not _HOW_MANY.search(question)


def _limit(question: str) -> Decimal | None:
    if not (_OVER.search(question) or _UNDER.search(question)):
        return None
    values = [value for match in _NUMBER.finditer(question) if (value := _value(match[0])) is not None]
    return values[-1] if values else None


def _fits(question: str, value: Decimal, limit: Decimal) -> bool:
    if _INCLUSIVE.search(question) and value == limit:
        return True
    return value > limit if _OVER.search(question) else value < limit


def _value(cell: str) -> Decimal | None:
    """The number in a cell that has one and hardly anything else: "€ 1,200.00", "12 %"."""
    match = _NUMBER.search(cell)
    if not match or sum(c.isalpha() for c in cell) > 4:
        return None
    try:
        return Decimal(plain(match[0].strip(" .,'’")).replace(",", ""))
    except InvalidOperation:
        return None


def _column(block: Block, header: int, asked: set[str], wants_number: bool) -> int:
    """The column that the question names, or the last one of amounts; -1: there is none."""
    body = block.rows[header + 1 :]
    cells = list(zip(*body, strict=True))
    numeric = [i for i, one in enumerate(cells) if 2 * sum(_value(c) is not None for c in one) > len(body)]
    if header >= 0:
        named = [i for i in numeric if asked & set(tokens(block.rows[header][i], "en"))]
        if named := [i for i in named if not _is_numbering(cells[i])]:
            return named[0]
    if not wants_number:
        return -1
    money = [i for i in numeric if any(re.search(r"[$€£¥元]|[.,]\d\d$", cell) for cell in cells[i])]
    amounts = [i for i in numeric if not _is_numbering(cells[i])]
    return (money or amounts or [-1])[-1]


def _is_numbering(cells: Sequence[str]) -> bool:
    """Whether a column only counts its rows, or names years."""
    values = [_value(cell) for cell in cells]
    steps = {b - a for a, b in pairwise(values) if a is not None and b is not None}
    years = all(value is not None and 1900 <= value <= 2100 for value in values)
    return len(values) > 2 and (steps == {Decimal(1)} or years)


def _row(block: Block, at: int, row: int, header: int) -> Sentence:
    """A row as it is quoted: each cell under its header."""
    lines = block.text.split("\n")
    start = sum(len(line) + 1 for line in lines[:row])
    names = block.rows[header] if header >= 0 else ("",) * len(block.rows[row])
    pairs = zip(names, block.rows[row], strict=True)
    text = "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)
    end = start + len(lines[row]) if row < len(lines) else start
    return Sentence(at, start, end, text, "table", place_of(block, at, block.page_at(start), row))

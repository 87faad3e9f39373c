"""Marks in a file, in the forms that are usual: CoNLL, JSONL with spans or tags, tables with marks.

Runs in the confined process, on text and on rows that the doctor's readers have read; knows no page. Each
form says what it makes of a file, or None where the file isn't of it:

    Anna<TAB>B-person                      a word and its tag on a line, an empty line between sentences
    {"text": "Anna came.", "spans": [{"start": 0, "end": 4, "label": "person"}]}
    {"data": {"text": "Anna came."}, "annotations": [{"result": [{"value": {"start": 0, "end": 4, "labels":
    ["person"]}}]}]}                       Label Studio's
    {"tokens": ["Anna", "came"], "ner_tags": ["B-person", "O"]}
    text,start,end,label                   a row for each mark
    text,entity,label                      a row for each mark, by its words
    text                                   "[Anna](person) came." or "<person>Anna</person> came."
    sentence,word,tag                      a row for each word
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from components.errors import BadInput
from components.tasks.classify.marks import Marked, Span, apart, from_tokens

TEXTS = ("text", "sentence", "content", "data", "message", "文本", "句子")
SPANS = ("spans", "entities", "label", "labels", "annotations", "marks", "ner")
TOKENS = ("tokens", "words", "token", "word")
TAGS = ("ner_tags", "tags", "ner", "labels", "tag", "label", "bio", "entity")
SENTENCES = ("sentence", "sentence_id", "sentence #", "sent", "sent_id", "id")
STARTS, ENDS = ("start", "start_offset", "begin", "from"), ("end", "end_offset", "to")
KINDS = ("kind", "label", "labels", "type", "entity_group", "tag", "entity_type", "category")
PIECES = ("entity", "span", "mention", "entity_text")
_TAG = re.compile(r"[BIESLU]-\S+")
_BRACKETS = re.compile(r"\[([^\[\]\n]+)\]\((?!https?:)([\w .-]{1,60})\)")
_ANGLES = re.compile(r"<([A-Za-z_]\w{0,59})>(.+?)</\1>", re.DOTALL)
_USUAL = 0.9  # share of the lines of a file that must be of a form
Row = Mapping[str, Any]
Found = tuple[list[Marked], int]  # texts with their marks, and how many marks can't be used


def conll(text: str) -> Found | None:
    """Words and tags on lines: the first column and the last one."""
    sentences: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if not line.strip():
            sentences.append([])
        elif not line.startswith(("# ", "-DOCSTART-")):
            sentences[-1].append(line.split("\t") if "\t" in line else line.split())
    lines = [parts for sentence in sentences for parts in sentence]
    good = sum(len(parts) > 1 and bool(parts[-1] == "O" or _TAG.fullmatch(parts[-1])) for parts in lines)
    marks = any(_TAG.fullmatch(parts[-1]) for parts in lines)
    if not lines or not marks or good < _USUAL * len(lines):
        return None
    made = [
        from_tokens([parts[0] for parts in one], [parts[-1] if len(parts) > 1 else "O" for parts in one])
        for one in sentences
        if one
    ]
    return made, 0


def rows(given: Sequence[Row]) -> Found | None:
    """Marks in rows, whichever form they have."""
    if not given:
        return None
    forms: tuple[Callable[[Sequence[Row]], Found | None], ...] = (
        _tasks_with_results, _tokens_in_rows, _spans_in_rows,
        _a_row_each_word, _a_row_each_mark, _in_the_text,
    )  # fmt: skip
    return next((found for form in forms if (found := form(given)) is not None), None)


def _key(row: Row, names: Sequence[str]) -> str:
    """The field of a row that is called one of these; empty for none."""
    titles = {str(title).strip().casefold(): str(title) for title in row}
    return next((titles[name] for name in names if name in titles), "")


def _listed(value: Any) -> list[Any] | None:
    """A list, or one that a cell has as JSON."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, list) else None


def _tokens_in_rows(given: Sequence[Row]) -> Found | None:
    words, tags = _key(given[0], TOKENS), _key(given[0], TAGS)
    if not words or not tags:
        return None
    made = []
    for row in given:
        tokens, its = _listed(row.get(words)), _listed(row.get(tags))
        if tokens is None or its is None or len(tokens) != len(its):
            return None
        if its and all(isinstance(tag, int) for tag in its):
            raise BadInput(
                "The tags are numbers, and nothing here says what they mean. Write their names, such as "
                "B-person."
            )
        made.append(from_tokens(list(map(str, tokens)), list(map(str, its))))
    return made, 0


def _tasks_with_results(given: Sequence[Row]) -> Found | None:
    """Label Studio's tasks. The first annotation of each that wasn't cancelled counts; a task without one was
    not looked at yet.
    """
    tasks = [row for row in given if isinstance(row.get("data"), Mapping)]
    if len(tasks) < _USUAL * len(given):
        return None
    made, bad = [], 0
    for task in tasks:
        text = next((one for one in task["data"].values() if isinstance(one, str) and one.strip()), "")
        title = _key(task["data"], TEXTS)
        text = str(task["data"][title]) if title else text
        done = (one for one in _listed(task.get("annotations")) or [] if isinstance(one, Mapping))
        counted = next((one for one in done if not one.get("was_cancelled")), None)
        if not text or counted is None:
            continue
        values = [one["value"] for one in _listed(counted.get("result")) or [] if _has_labels(one)]
        spans = [_span({**one, "label": one["labels"]}) for one in values]
        kept, dropped = apart(text, filter(None, spans))
        made.append(Marked(text, kept))
        bad += dropped + spans.count(None)
    return (made, bad) if any(one.spans for one in made) else None


def _has_labels(result: Any) -> bool:
    value = result.get("value") if isinstance(result, Mapping) else None
    return isinstance(value, Mapping) and isinstance(value.get("labels"), list)


def _spans_in_rows(given: Sequence[Row]) -> Found | None:
    text = _key(given[0], TEXTS)
    title = next((key for name in SPANS if (key := _key(given[0], [name])) and _is_spans(given, key)), "")
    if not text or not title or text == title:
        return None
    made, bad = [], 0
    for row in given:
        words = str(row.get(text) or "")
        spans = [_span(one) for one in _listed(row.get(title)) or []]
        kept, dropped = apart(words, filter(None, spans))
        made.append(Marked(words, kept))
        bad += dropped + spans.count(None)
    return made, bad


def _is_spans(given: Sequence[Row], title: str) -> bool:
    found = [one for row in given[:200] for one in _listed(row.get(title)) or []]
    return bool(found) and all(_span(one) is not None for one in found[:50])


def _span(given: Any) -> Span | None:
    """One mark: {"start": 0, "end": 4, "label": "person"} or [0, 4, "person"]."""
    if isinstance(given, Mapping):
        given = [given.get(_key(given, names)) for names in (STARTS, ENDS, KINDS)]
        if isinstance(given[2], list):  # Label Studio has a list of one
            given[2] = given[2][0] if given[2] else None
    if not isinstance(given, list | tuple) or len(given) != 3:
        return None
    start, end, kind = given
    whole = all(isinstance(one, int) and not isinstance(one, bool) and one >= 0 for one in (start, end))
    return (
        Span(start, end, " ".join(kind.split())) if whole and isinstance(kind, str) and kind.strip() else None
    )


def _a_row_each_word(given: Sequence[Row]) -> Found | None:
    words, tags = _key(given[0], TOKENS), _key(given[0], TAGS)
    if not words or not tags or words == tags:
        return None
    values = [str(row.get(tags) or "") for row in given]
    good = sum(value == "O" or bool(_TAG.fullmatch(value)) for value in values)
    if good < _USUAL * len(values) or not any(map(_TAG.fullmatch, values)):
        return None
    sentence = next(
        (key for name in SENTENCES if (key := _key(given[0], [name])) not in ("", words, tags)), ""
    )
    made: list[tuple[list[str], list[str]]] = [([], [])]
    before = None
    for row, tag in zip(given, values, strict=True):
        token, now = str(row.get(words) or "").strip(), str(row.get(sentence) or "").strip()
        ends = made[-1][0][-1:] and made[-1][0][-1] in ".!?。！？"
        new = bool(now and now != before) if sentence else bool(ends)
        if made[-1][0] and (new or not token):
            made.append(([], []))
        before = now or before
        if token:
            made[-1][0].append(token)
            made[-1][1].append(tag or "O")
    return [from_tokens(*one) for one in made if one[0]], 0


def _a_row_each_mark(given: Sequence[Row]) -> Found | None:
    text, kind = _key(given[0], TEXTS), _key(given[0], KINDS)
    start, end, piece = _key(given[0], STARTS), _key(given[0], ENDS), _key(given[0], PIECES)
    if not text or not kind or not ((start and end) or piece) or len({text, kind, piece}) < 2:
        return None
    marks: dict[str, list[Span]] = {}
    bad = 0
    for row in given:
        words, its = str(row.get(text) or ""), " ".join(str(row.get(kind) or "").split())
        of_text = marks.setdefault(words, [])
        if start and end:
            places = [_numbers(row.get(start), row.get(end))]
        else:
            places = _places(words, str(row.get(piece) or ""))
        found = [Span(*place, its) for place in places if place and its]
        of_text += found
        bad += bool(its) and not found
    made = []
    for words, spans in marks.items():
        kept, dropped = apart(words, spans)
        made.append(Marked(words, kept))
        bad += dropped
    return (made, bad) if bad <= len(given) / 2 and any(one.spans for one in made) else None


def _numbers(start: Any, end: Any) -> tuple[int, int] | None:
    try:
        first, last = int(float(start)), int(float(end))
    except (TypeError, ValueError, OverflowError):
        return None
    return (first, last) if 0 <= first < last else None


def _places(text: str, piece: str) -> list[tuple[int, int] | None]:
    """Wherever a text has some words."""
    wanted = r"\s+".join(map(re.escape, piece.split()))
    if not wanted:
        return []
    return [match.span() for match in re.finditer(rf"(?<!\w){wanted}(?!\w)", text)] or [
        match.span() for match in re.finditer(wanted, text)
    ]


def _in_the_text(given: Sequence[Row]) -> Found | None:
    """A column of texts with the marks in them."""
    for title in given[0]:
        texts = [value for row in given if isinstance(value := row.get(title), str) and value.strip()]
        for form, kind in ((_BRACKETS, 2), (_ANGLES, 1)):
            if sum(bool(form.search(text)) for text in texts) >= max(2, 0.2 * len(texts)):
                return [_unmarked(text, form, kind) for text in texts], 0
    return None


def _unmarked(text: str, form: re.Pattern[str], kind: int) -> Marked:
    """The text without its marks, and where they were."""
    parts: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for match in form.finditer(text):
        before, words = text[at : match.start()], match[3 - kind]
        length += len(before)
        spans.append(Span(length, length + len(words), " ".join(match[kind].split())))
        length += len(words)
        parts += [before, words]
        at = match.end()
    return Marked("".join([*parts, text[at:]]), tuple(spans))


def tidy(found: Iterable[Marked]) -> list[Marked]:
    """Each text once; of one that comes again, with its marks if it has any."""
    kept: dict[str, Marked] = {}
    for one in found:
        if one.text.strip() and (one.text not in kept or (one.spans and not kept[one.text].spans)):
            kept[one.text] = one
    return [*kept.values()]

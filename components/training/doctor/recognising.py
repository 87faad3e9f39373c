"""What a file's fields are for, told from their names and, where these say nothing, from what is in them.

Knows records; not how a row is made of them.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from components.kept import Kept
from components.messages import Said
from components.models.languages import language_code
from components.training.doctor.labels import LABELS, is_dialogue, is_good
from components.training.doctor.records import Record

Form = Literal["messages", "instruction", "question", "translation", "summary", "text", "preference"]
FORMS: Mapping[Form, Said] = {  # as parts of a sentence
    "messages": Said("conversations"),
    "instruction": Said("instructions and answers"),
    "question": Said("prompts and answers"),
    "translation": Said("translation pairs"),
    "summary": Said("documents and summaries"),
    "text": Said("plain text"),
    "preference": Said("pairs of a better and a worse answer"),
}
ENOUGH = 8  # records that show whether texts come again and again
LOOK = 2_000  # records that are looked at

# What the common formats call the three roles.
ROLE_NAMES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "prompter": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "chatgpt": "assistant",
    "bing": "assistant",
    "bard": "assistant",
}
ROLE_FIELDS = ("role", "from", "speaker", "sender")
_FIRST_ROLE = re.compile(
    rf"""\s*\[\s*\{{[^{{}}\[\]]*?["'](?:{"|".join(ROLE_FIELDS)})["']\s*:\s*["'](\w+)["']"""
)

TURNS = ("messages", "conversations", "conversation", "dialog", "dialogue", "chat", "turns")
_INSTRUCTION, _INPUT = ("instruction",), ("input", "context")
_ANSWER = ("output", "response", "completion", "answer", "answers", "reply", "target", "label")
_QUESTION = ("prompt", "question", "query", "input", "user", "human", "q")
_CHOICES = ("choices", "options")  # of which the answer may be the number
# Answers that were compared, as the common files call them.
_CHOSEN = ("chosen", "preferred", "preferred_output", "accepted", "winner", "better")
_REJECTED = ("rejected", "dispreferred", "non_preferred_output", "loser", "worse")
_ANSWERED = (*_ANSWER, "assistant", "gpt", "bot", "a", "chosen", "answerkey", "answer_key")
_DOCUMENT = ("document", "article", "text", "dialogue", "report", "content", "body", "source")
_SUMMARY = ("summary", "highlights", "abstract", "tldr", "summaries")
_TEXT = ("text", "content", "document", "body")
_SOURCE, _TARGET = ("source", "src", "source_text"), ("target", "tgt", "trg", "target_text", "translation")
_BESIDE = {*("id", "title", "url", "continued", "language", "lang", "timestamp", "date"), *_REJECTED}
_RESULT = (*_ANSWERED, "labels", "category", "class", "sentiment", "emotion", "intent")  # of a text
_ASIDE = _BESIDE - set(_REJECTED)  # what a text may have
SYSTEM, HISTORY = ("system", "system_prompt", "system_instruction"), ("history",)
_ALL = (TURNS, _INSTRUCTION, _INPUT, _ANSWERED, _QUESTION, _DOCUMENT, _SUMMARY, _TEXT, _SOURCE, _TARGET)
KNOWN_FIELDS = frozenset(name for names in (*_ALL, SYSTEM, HISTORY) for name in names)


@dataclass(frozen=True)
class Shape(Kept):
    """Which field is for what."""

    form: Form
    prompt: str = ""  # the messages, the instruction, the question, the source, the document or the text
    answer: str = ""  # the answer, the target, the summary or the better of two answers
    extra: str = ""  # the input that belongs to an instruction
    system: str = ""
    history: str = ""
    languages: tuple[str, str] = ("", "")  # of translation pairs, where the names of the columns say them
    sure: bool = True  # otherwise the person is asked
    keep: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of fields that mark rows: the values trained on
    assistant: str = ""  # whose turns are the answers, where their roles have other names
    rejected: str = ""  # the worse of two answers; or whether the one answer is good

    @property
    def fields(self) -> set[str]:
        return {self.prompt, self.answer, self.extra, self.system, self.history, self.rejected} - {""}


def chosen(form: Form, prompt: str, answer: str, before: Shape | None, fields: Sequence[str]) -> Shape:
    """The shape that a person chose; what else belongs to a row stays as it was, or is told by its name."""
    by_name = {field_name(name): name for name in fields}
    was = before or Shape(form)

    def kept(now: str, names: Sequence[str]) -> str:
        found = [now, *(by_name[name] for name in names if name in by_name)]
        return next((name for name in found if name and name not in (prompt, answer)), "")

    asked = form in ("question", "instruction")
    return Shape(
        form,
        prompt,
        answer,
        extra=kept(was.extra, _INPUT if form == "instruction" else ("context",)) if asked else "",
        system=kept(was.system, SYSTEM) if asked or form == "messages" else "",
        history=kept(was.history, HISTORY) if asked else "",
        languages=(_language_said(prompt), _language_said(answer)) if form == "translation" else ("", ""),
    )


def field_name(name: str) -> str:
    """A field's name as it is compared."""
    return re.sub(r"[\s\-_.]+", "_", name.strip().casefold()).strip("_")


def recognise(records: Sequence[Record]) -> Shape | None:
    """The shape that most records have; None where there is no text in them at all."""
    looked = records[:: max(1, len(records) // LOOK)]
    counts = Counter(name for record in looked for name in record.value)
    # A field that hardly any record has decides nothing, but one broken row doesn't hide a field either.
    names = {name for name, count in counts.items() if count * 3 >= len(looked)}
    rare = {name for record in records for name in record.value} - names
    if compared := _compared(names, rare, looked):
        return compared
    return _by_names(names, rare, looked) or _by_content(names, looked)


def _compared(names: set[str], rare: set[str], records: Sequence[Record]) -> Shape | None:
    """Two answers, one of them preferred; or answers that are each labelled as good or bad, where a prompt
    has both. The prompt may be the beginning of both answers, where these are conversations.
    """
    better, worse = _named(names, _CHOSEN), _named(names, _REJECTED)
    label = _named(names, LABELS)
    if not (better and worse) and not (label and _both_labels(names, label, records)):
        return None
    turns = _named(names, TURNS, better, worse)
    asked = _named(names, _INSTRUCTION) or turns or _named(names, _QUESTION, better, worse)
    if asked and _most(asked, records, lambda value: isinstance(value, Mapping) and "messages" in value):
        asked = f"{asked}.messages"  # OpenAI's
    extra = _named(names | rare, _INPUT, asked) if field_name(asked) in _INSTRUCTION else ""
    system, history = _named(names | rare, SYSTEM), _named(names | rare, HISTORY)
    answer, other = (better, worse) if better and worse else (_named(names, _ANSWERED, asked, label), label)
    if not answer:
        return None
    said = not asked and not _most(answer, records, lambda value: is_turns(value) or is_dialogue(value))
    return Shape("preference", asked, answer, extra, system, history, sure=not said, rejected=other)


def _both_labels(names: set[str], label: str, records: Sequence[Record]) -> bool:
    """Whether a label says good or bad, and some prompt has an answer of each."""
    asked = _named(names, (*_INSTRUCTION, *TURNS, *_QUESTION), label)
    told: dict[str, set[bool]] = {}
    for record in records:
        if (good := is_good(record.value.get(label))) is not None:
            told.setdefault(str(record.value.get(asked)), set()).add(good)
    return bool(asked) and any(len(one) == 2 for one in told.values())


def question_in(turn: Mapping[str, Any]) -> str:
    """The field of an object with a question and its answer that has the question."""
    return _named(map(str, turn), (*_QUESTION, *_INSTRUCTION))


def answer_in(turn: Mapping[str, Any]) -> str:
    return _named(map(str, turn), _ANSWERED, question_in(turn))


def left_texts(records: Sequence[Record], shape: Shape) -> list[str]:
    """Fields with texts that nothing would be made of, and that say as much as those that are used.

    Not meant are what only tells rows apart, what repeats a text that is used, and answers that were
    rejected.
    """
    looked = records[:: max(1, len(records) // LOOK)]
    used = {name.split(".")[0] for name in shape.fields} | shape.fields
    names = dict.fromkeys(name for record in looked for name in record.value if name not in used)
    lengths = [size for name in shape.fields if (size := _size_of(name, looked))]
    if any(shape.languages):  # columns in more languages, or about the pair
        return []
    least = min(lengths, default=0.0) / 2
    return [
        name
        for name in names
        if field_name(name) not in _BESIDE
        and _size_of(name, looked) >= max(least, 1.0)
        and not _says_again(name, used, looked)
    ]


def _size_of(name: str, records: Sequence[Record]) -> float:
    """Characters of a field's words, on average; 0 for a field that hardly any row has, or that repeats."""
    said = [words_in(record.value.get(name)) for record in records]
    there = [one for one in said if one]
    if len(there) * 3 < len(records) or (len(there) >= ENOUGH and len(set(there)) * 4 <= len(there)):
        return 0.0
    return sum(map(len, there)) / len(there)


def words_in(value: Any) -> str:
    """All texts in a value that aren't ids, dates or addresses."""
    if isinstance(value, str):
        return value if re.search(r"[^\W\d_]", value) and not _is_code(value) else ""
    if isinstance(value, Mapping):
        value = list(value.values())
    return " ".join(filter(None, map(words_in, value))) if isinstance(value, list) else ""


def _says_again(name: str, used: set[str], records: Sequence[Record]) -> bool:
    """Whether a field repeats what is used, or all that is used is in it."""
    again = 0
    for record in records:
        left = words_in(record.value.get(name))
        there = [one for field in used if (one := words_in(record.value.get(field)))]
        again += any(left in one for one in there) or all(one in left for one in there)
    return again * 2 > len(records)


def text_fields(records: Sequence[Record]) -> list[str]:
    """The fields that a person can choose from, in their order."""
    looked = records[:: max(1, len(records) // LOOK)]
    names = dict.fromkeys(name for record in looked for name in record.value)

    def can_be_chosen(value: Any) -> bool:
        return isinstance(value, str | int | float) or is_turns(value)

    return [name for name in names if any(can_be_chosen(record.value.get(name)) for record in looked)]


def _by_names(names: set[str], rare: set[str], records: Sequence[Record]) -> Shape | None:
    """`rare` are the fields that few records have: what a row may lack, such as an input, can be one."""

    def pick(wanted: Sequence[str], *but: str, among: set[str] = names) -> str:
        return _named(among, wanted, *but)

    def pick_optional(wanted: Sequence[str], *but: str) -> str:
        return pick(wanted, *but) or pick(wanted, *but, among=rare)

    system, history = pick_optional(SYSTEM), pick_optional(HISTORY)
    turns = pick(TURNS)
    better = pick(_CHOSEN)
    if turns and _has_turns(turns, records) and not better:
        return Shape("messages", turns, system=system)
    if better and _begins_with_user(better, records):
        return Shape("messages", better, system=system)
    if turns and better:
        return Shape("question", turns, better, system=system)
    instruction, output = pick(_INSTRUCTION), pick((*_ANSWER, *_CHOSEN))
    if instruction and output:
        return Shape(
            "instruction", instruction, output, pick_optional(_INPUT), system=system, history=history
        )
    if pair := _languages(names, records):
        return pair
    summary = pick(_SUMMARY)
    document = pick(_DOCUMENT, summary)
    if summary and document and not _is_category(document, records):
        return Shape("summary", document, summary)
    source, target = pick(_SOURCE), pick(_TARGET)
    if source and target and not _is_category(source, records):
        return Shape("translation", source, target)
    question = pick(_QUESTION)
    if question and (answer := pick(_ANSWERED, question)):
        more = pick_optional(("context", *_CHOICES), question, answer)
        return Shape("question", question, answer, more, system=system, history=history)
    if lists := sorted(name for name in names if _most(name, records, is_turns)):
        return Shape("messages", lists[0], system=system, sure=len(lists) == 1)
    text = pick(_TEXT)
    others = {name for name in _texts(names, records) if field_name(name) not in _ASIDE} - {text}
    if text and not others and not pick(_RESULT, text, among=_filled(names, records)):
        return Shape("text", text)
    return None


def _named(names: Iterable[str], wanted: Sequence[str], *but: str) -> str:
    """The field with the first of the wanted names that there is."""
    by_name = {field_name(name): name for name in sorted(names)}
    return next((by_name[one] for one in wanted if one in by_name and by_name[one] not in but), "")


def _filled(names: Iterable[str], records: Sequence[Record]) -> set[str]:
    """The fields that aren't empty in every row."""
    return {name for name in names if any(record.value.get(name) not in (None, "") for record in records)}


def _named_alike(names: Iterable[str], wanted: Sequence[str], *but: str) -> str:
    """Also a field whose name only ends with a wanted one: final_answer."""
    ends = {field_name(name).rstrip("?:").rpartition("_")[2]: name for name in sorted(names)}
    return _named(names, wanted, *but) or next(
        (ends[one] for one in wanted if len(one) > 1 and one in ends and ends[one] not in but), ""
    )


def _has_turns(name: str, records: Sequence[Record]) -> bool:
    """Whether the field has lists (also written as text, as in CSV); a "dialogue" may be plain text."""

    def is_list(value: Any) -> bool:
        return isinstance(value, list) or is_turns(value) or str(value).lstrip().startswith("[")

    return _most(name, records, is_list)


def _begins_with_user(name: str, records: Sequence[Record]) -> bool:
    """Whether the field has whole conversations, and not only their last answer."""

    def is_whole(value: Any) -> bool:
        return is_turns(value) and ROLE_NAMES[first_role(value)] != "assistant"

    return _most(name, records, is_whole)


def _most(name: str, records: Sequence[Record], told: Callable[[Any], bool]) -> bool:
    values = [value for record in records if (value := record.value.get(name))]
    return sum(map(told, values)) * 2 > len(values)


def is_turns(value: Any) -> bool:
    """A list of objects with roles, also written as text."""
    return bool(first_role(value))


def first_role(turns: Any) -> str:
    """The first turn's role, if that is a known one."""
    if isinstance(turns, str):
        found = _FIRST_ROLE.match(turns)
        role = found[1] if found else None
    elif isinstance(turns, list) and turns and all(isinstance(turn, Mapping) for turn in turns):
        role = next((turns[0][name] for name in ROLE_FIELDS if name in turns[0]), None)
    else:
        role = None
    role = str(role).strip().casefold()
    return role if role in ROLE_NAMES else ""


def _languages(names: set[str], records: Sequence[Record]) -> Shape | None:
    """Two columns called by languages, or {"translation": {"en": ..., "pt": ...}}."""
    inner = [record.value.get("translation") for record in records]
    nested = [one for one in inner if isinstance(one, dict)]
    if len(nested) * 2 > len(records):
        codes = [name for name in nested[0] if language_of(name)]
        if len(codes) == 2:
            languages = (language_of(codes[0]), language_of(codes[1]))
            return Shape(
                "translation", f"translation.{codes[0]}", f"translation.{codes[1]}", languages=languages
            )
    order = list(dict.fromkeys(name for record in records[:50] for name in record.value if name in names))
    lengths = _texts(names, records)
    alike: dict[str, list[tuple[str, str]]] = {}  # what else the names say -> languages and names
    for name in order:
        language, rest = _parted(name)
        if language and name in lengths:
            alike.setdefault(rest, []).append((language, name))
    pairs = [pair for pair in alike.values() if len(pair) == 2 and pair[0][0] != pair[1][0]]
    if len(pairs) != 1:
        return None
    (first, source), (second, target) = pairs[0]
    others = [name for name in lengths if name not in (source, target) and field_name(name) not in _ASIDE]
    shortest = min(lengths[source], lengths[target])
    sure = all(lengths[name] < shortest or _repeats(name, records) for name in others)
    return Shape("translation", source, target, languages=(first, second), sure=sure)


def _repeats(name: str, records: Sequence[Record]) -> bool:
    """Whether the same few texts come again and again, as a category's do."""
    said = [v for record in records if isinstance(v := record.value.get(name), str)]
    return len(set(said)) * 4 <= len(said)


def _is_category(name: str, records: Sequence[Record]) -> bool:
    """Whether enough rows show that a field only tells them apart."""
    return len(records) >= ENOUGH and _repeats(name, records)


def _parted(name: str) -> tuple[str, str]:
    """The language that a column's name says and what else it says: Portuguese, sentence_en."""
    if language := language_of(name):
        return language, ""
    rest, _, last = re.sub(r"[_\s]+", "-", name.strip()).rpartition("-")
    return language_of(last) if rest else "", rest.casefold()


def language_of(name: str) -> str:
    """The language that a column's name says: en, eng, pt-BR, Portuguese; else empty."""
    plain = re.sub(r"[_\s]+", "-", name.strip())
    return language_code(plain) or language_code(plain.split("-")[0])


def _language_said(name: str) -> str:
    """The language that a field's name says, also inside of another field: translation.en."""
    return _parted(name)[0] or language_of(name.rpartition(".")[2])


def _by_content(names: set[str], records: Sequence[Record]) -> Shape | None:
    """What is known by its name and the longest of the other texts; the person is asked."""
    lengths = _texts(names, records)
    if not lengths:
        return None
    order = list(dict.fromkeys(name for record in records for name in record.value if name in lengths))
    asked = _named_alike(order, (*_INSTRUCTION, *_QUESTION))
    context = _named(order, ("context",)) if asked else ""
    answer = _named(_filled(names, records), _RESULT, asked) or _named_alike(order, _RESULT, asked)
    known = asked or answer
    # Numbers, dates and categories are columns too: the ones with the longest texts are meant.
    others = sorted(
        (one for one in order if one not in (asked, answer, context)), key=lambda name: -lengths[name]
    )
    others += [context] if context and not others and not answer else []
    text = _named(others, _TEXT)
    if text:
        others = [text, *(one for one in others if one != text and not _repeats(one, records))]
    if len([name for name in (asked, answer, *others) if name]) == 1:
        return Shape("text", known or others[0], sure=False)
    if known:
        prompt, answer = asked or others[0], answer or others[0]
        return Shape("question", prompt, answer, context if context != answer else "", sure=False)
    first, second = sorted(others[:2], key=order.index)
    if _share_of_questions(second, records) > _share_of_questions(first, records):
        first, second = second, first
    return Shape("question", first, second, sure=False)


def _share_of_questions(name: str, records: Sequence[Record]) -> float:
    """How many of a field's texts are questions."""
    said = [str(record.value.get(name) or "").rstrip() for record in records]
    return sum(one.endswith(("?", "？", "؟", "⸮")) for one in said) / max(len(said), 1)


def _texts(names: set[str], records: Sequence[Record]) -> dict[str, float]:
    """Fields with text, and how long it is on average; ids, dates and addresses only where all are such."""
    lengths: dict[str, float] = {}
    codes: dict[str, float] = {}
    for name in names:
        said = [v for record in records if isinstance(v := record.value.get(name), str) and v.strip()]
        if len(said) * 3 >= len(records) and any(re.search(r"[^\W\d_]", one) for one in said):
            kind = codes if sum(map(_is_code, said)) * 10 >= len(said) * 9 else lengths
            kind[name] = sum(map(len, said)) / len(said)
    inside = any(
        words_in(v) for record in records[:50] for v in record.value.values() if not isinstance(v, str)
    )
    return lengths or ({} if inside else codes)


def _is_code(text: str) -> bool:
    """Whether it is an id, a date, an address or a path, and no words."""
    digits = sum(one.isdigit() for one in text)
    if digits > 3 and digits > sum(one.isalpha() for one in text):
        return True  # 2024/01/01 10:00:00 AM
    return text.isascii() and not re.search(r"\s", text) and bool(re.search(r"[\d/\\:@_]|\w\.\w", text))

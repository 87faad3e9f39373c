"""What a file's fields are for, told from their names and, where these say nothing, from what is in them.

Knows records; not how a row is made of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from components.training.doctor.field_names import (
    ANSWER,
    ANSWERED,
    ASIDE,
    CHOICES,
    CHOSEN,
    CONTEXT,
    DOCUMENT,
    HISTORY,
    INPUT,
    INSTRUCTION,
    QUESTION,
    REJECTED,
    RESULT,
    ROLE_NAMES,
    SCORES,
    SOURCE,
    SUMMARY,
    SYSTEM,
    TARGET,
    TEXT,
    TURNS,
    field_name,
    first_role,
    is_texts,
    is_turns,
    language_of,
    named,
    named_alike,
    parted,
)
from components.training.doctor.field_texts import (
    LOOK,
    filled,
    is_category,
    most,
    repeats,
    share_of_questions,
    texts_in,
)
from components.training.doctor.good_bad_labels import LABELS, is_dialogue, is_good
from components.training.doctor.records import Record
from components.training.doctor.shape import Shape


def recognise(records: Sequence[Record]) -> Shape | None:
    """The shape that most records have; None where there is no text in them at all."""
    looked = records[:: max(1, len(records) // LOOK)]
    counts = Counter(name for record in looked for name in record.value)
    # A field that hardly any record has decides nothing, but one broken row doesn't hide a field either.
    names = {name for name, count in counts.items() if count * 3 >= len(looked)}
    rare = {name for record in records for name in record.value} - names
    if compared := _compared(names, rare, looked, records):
        return compared
    return _by_names(names, rare, looked) or _by_content(names, looked)


def _compared(
    names: set[str], rare: set[str], records: Sequence[Record], every: Sequence[Record]
) -> Shape | None:
    """Two answers, one of them preferred; or answers that are each labelled as good or bad, where most
    prompts have both. The prompt may be the beginning of both answers, where these are conversations.
    """
    better, worse = named(names, CHOSEN), named(names, REJECTED)
    label = named(names, LABELS)
    if not (better and worse) and not (label and _both_labels(names, label, every)):
        return None
    turns = named(names, TURNS, better, worse)
    asked = named(names, INSTRUCTION) or turns or named(names, QUESTION, better, worse)
    if not asked and most(history := named(names, HISTORY), records, lambda value: isinstance(value, str)):
        asked, names = history, names - {history}
    if asked and most(asked, records, lambda value: isinstance(value, Mapping) and "messages" in value):
        asked = f"{asked}.messages"  # OpenAI's
    extra = named(names | rare, INPUT, asked) if field_name(asked) in INSTRUCTION else ""
    system, history = named(names | rare, SYSTEM), named(names | rare, HISTORY)
    answer, other = (better, worse) if better and worse else (named(names, ANSWERED, asked, label), label)
    if not answer and asked == turns:
        asked, answer = "", turns  # the answer is the last of the turns
    if not answer:
        return None
    said = not asked and not most(answer, records, lambda value: is_turns(value) or is_dialogue(value))
    return Shape("preference", asked, answer, extra, system, history, sure=not said, rejected=other)


def _both_labels(names: set[str], label: str, records: Sequence[Record]) -> bool:
    """Whether a label says good or bad, and most answers are to prompts that have one of each."""
    asked = named(names, (*INSTRUCTION, *TURNS, *QUESTION), label)
    told: dict[str, list[bool]] = {}
    for record in records if asked else ():
        if (good := is_good(record.value.get(label))) is not None:
            before = record.value.get(asked)
            told.setdefault(str(_before_answer(before)), []).append(good)
    both = sum(len(one) for one in told.values() if len(set(one)) == 2)
    return 0 < sum(map(len, told.values())) <= 2 * both


def _before_answer(turns: Any) -> Any:
    """Turns without the answer at their end; all else as it is."""
    if not isinstance(turns, list) or not is_turns(turns[-1:]):
        return turns
    return turns if first_role(turns[-1:]) in ("user", "human") else turns[:-1]


def _by_names(names: set[str], rare: set[str], records: Sequence[Record]) -> Shape | None:
    """`rare` are the fields that few records have: what a row may lack, such as an input, can be one."""

    def pick(wanted: Sequence[str], *but: str, among: set[str] = names) -> str:
        return named(among, wanted, *but)

    def pick_optional(wanted: Sequence[str], *but: str) -> str:
        return pick(wanted, *but) or pick(wanted, *but, among=rare)

    system, history = pick_optional(SYSTEM), pick_optional(HISTORY)
    turns = pick(TURNS)
    better = pick(CHOSEN)
    if turns and _has_turns(turns, records) and not better:
        return Shape("messages", turns, system=system)
    if better and _begins_with_user(better, records):
        return Shape("messages", better, system=system)
    if turns and better:
        return Shape("question", turns, better, system=system)
    instruction, output = pick(INSTRUCTION), pick((*ANSWER, *CHOSEN))
    if instruction and output:
        return Shape("instruction", instruction, output, pick_optional(INPUT), system=system, history=history)
    if pair := _languages(names, records):
        return pair
    summary = pick(SUMMARY)
    document = pick(DOCUMENT, summary)
    if summary and document and not is_category(document, records):
        return Shape("summary", document, summary)
    source, target = pick(SOURCE), pick(TARGET)
    if source and target and not is_category(source, records):
        return Shape("translation", source, target)
    question = pick(QUESTION)
    if question and (answer := pick(ANSWERED, question)):
        more = pick_optional((*CONTEXT, *CHOICES), question, answer)
        system = system or (pick(("definition",)) if field_name(question) == "inputs" else "")
        return Shape("question", question, answer, more, system=system, history=history)
    if lists := sorted(name for name in names if most(name, records, is_turns)):
        return Shape("messages", lists[0], system=system, sure=len(lists) == 1)
    if not texts_in(names, records) and (lists := [one for one in names if most(one, records, is_texts)]):
        return Shape("messages", lists[0], system=system, sure=False)
    text = pick(TEXT)
    others = {name for name in texts_in(names, records) if field_name(name) not in ASIDE} - {text}
    if text and not others and not pick(RESULT, text, among=filled(names, records)):
        return Shape("text", text)
    return None


def _has_turns(name: str, records: Sequence[Record]) -> bool:
    """Whether the field has lists (also written as text, as in CSV); a "dialogue" may be plain text."""

    def is_list(value: Any) -> bool:
        return isinstance(value, list) or is_turns(value) or str(value).lstrip().startswith("[")

    return most(name, records, is_list)


def _begins_with_user(name: str, records: Sequence[Record]) -> bool:
    """Whether the field has whole conversations, and not only their last answer."""

    def is_whole(value: Any) -> bool:
        return is_turns(value) and ROLE_NAMES[first_role(value)] != "assistant"

    return most(name, records, is_whole)


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
    lengths = texts_in(names, records)
    alike: dict[str, list[tuple[str, str]]] = {}  # what else the names say -> languages and names
    for name in order:
        language, rest = parted(name)
        if language and name in lengths:
            alike.setdefault(rest, []).append((language, name))
    pairs = [pair for pair in alike.values() if len(pair) == 2 and pair[0][0] != pair[1][0]]
    if len(pairs) != 1:
        return None
    (first, source), (second, target) = pairs[0]
    others = [name for name in lengths if name not in (source, target) and field_name(name) not in ASIDE]
    shortest = min(lengths[source], lengths[target])
    sure = all(lengths[name] < shortest or repeats(name, records) for name in others)
    return Shape("translation", source, target, languages=(first, second), sure=sure)


def _by_content(names: set[str], records: Sequence[Record]) -> Shape | None:
    """What is known by its name and the longest of the other texts; the person is asked."""
    lengths = texts_in(names, records)
    if not lengths:
        return None
    order = list(dict.fromkeys(name for record in records for name in record.value if name in lengths))
    asked = named_alike(order, (*INSTRUCTION, *QUESTION))
    context = named(order, ("context",)) if asked else ""
    answer = named(filled(names, records), RESULT, asked) or named_alike(order, RESULT, asked)
    known = asked or answer
    # Numbers, dates and categories are columns too: the ones with the longest texts are meant.
    others = sorted(
        (one for one in order if one not in (asked, answer, context)), key=lambda name: -lengths[name]
    )
    others += [context] if context and not others and not answer else []
    if pair := _pair_of_texts(order, asked, names, records):
        return pair
    text = named(others, TEXT)
    if text:
        others = [text, *(one for one in others if one != text and not repeats(one, records))]
    if len([name for name in (asked, answer, *others) if name]) == 1:
        return Shape("text", known or others[0], sure=False)
    if known:
        prompt, answer = asked or others[0], answer or others[0]
        more = context or named(names, CHOICES)
        return Shape("question", prompt, answer, more if more != answer else "", sure=False)
    first, second = sorted(others[:2], key=order.index)
    if share_of_questions(second, records) > share_of_questions(first, records):
        first, second = second, first
    return Shape("question", first, second, sure=False)


def _pair_of_texts(
    order: Sequence[str], asked: str, names: set[str], records: Sequence[Record]
) -> Shape | None:
    """Two texts that are judged together: premise and hypothesis, sentence1 and sentence2, a question and a
    sentence that may answer it. The answer is their label, or how alike they are.
    """
    numbered = _numbered(order)
    if numbered and asked and asked not in numbered:  # such as the distractors of a question
        numbered = None
    first, second = numbered or _beside_each_other(order, asked)
    there = filled(names, records)
    judged = named_alike(there, RESULT, first, second) or named_alike(there, SCORES, first, second)
    if not first or not judged or (judged in order and not is_category(judged, records)):
        return None
    return Shape("question", first, judged, second, sure=False)


def _numbered(order: Sequence[str]) -> tuple[str, str] | None:
    """Two fields whose names differ in nothing but their last mark: sentence1 and sentence2."""
    by_name = {field_name(name): name for name in order}
    for name, first in by_name.items():
        if name[-1:] in ("1", "a") and (second := by_name.get(name[:-1] + {"1": "2", "a": "b"}[name[-1]])):
            return first, second
    return None


def _beside_each_other(order: Sequence[str], asked: str) -> tuple[str, str]:
    first = named(order, ("premise",)) or asked
    second = named(order, ("hypothesis", *CONTEXT), first)
    return (first, second) if first and second else ("", "")

"""Whether shortenings of real sentences are told from sentences that say something else.

    python -m benchmarks.faithful_summaries --data FILE … --out FILE.json [--each N] [--show KIND]

Two sets are made of the documents' sentences by rule: contradictions, in which a word is another one, is
missing, or has changed places, half of them of a sentence shortened before; and faithful shortenings. Prints
the share of the contradictions that are refused and of the shortenings that are accepted, by kind. The rules
here share nothing with those that are measured.
"""

import argparse
import itertools
import json
import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import new_file
from components.documents import read_document
from components.tasks.facts.compression import says_the_same
from components.tasks.summarize.passages import Passage, passages

SHORTEST, LONGEST = 8, 45  # words of a sentence that is used
EACH = 80  # pairs of one kind, if there are so many
SEED = 17
WANTED_REFUSED, WANTED_ACCEPTED = 0.98, 0.80

Rule = Callable[[str, random.Random], str]


@dataclass(frozen=True)
class Pair:
    """A real sentence and what was made of it."""

    kind: str
    source: str
    made: str
    faithful: bool


def _swap(pairs: str) -> Rule:
    """One word for its opposite, either way: "before/after more/less"."""
    table: dict[str, str] = {}
    for pair in pairs.split():
        one, other = pair.replace("_", " ").split("/")
        table |= {one: other, other: one}
    pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, table))})(?![\w-])")

    def rule(text: str, chance: random.Random) -> str:
        found = list(pattern.finditer(text))
        if not found:
            return ""
        one = chance.choice(found)
        return text[: one.start()] + table[one[0]] + text[one.end() :]

    return rule


def _without(words: str) -> Rule:
    """A word left out."""
    pattern = re.compile(rf"\s\b({words})\b(?=\s)")

    def rule(text: str, chance: random.Random) -> str:
        found = list(pattern.finditer(text))
        if not found:
            return ""
        one = chance.choice(found)
        return text[: one.start()] + text[one.end() :]

    return rule


def _negated(text: str, chance: random.Random) -> str:
    found = re.search(r"\b(is|are|was|were|will|can|could|would|should|has|have|had)\b(?! not|n't)", text)
    return f"{text[: found.end()]} not{text[found.end() :]}" if found else ""


def _number(text: str, chance: random.Random) -> str:
    found = list(re.finditer(r"\b\d+(?:,\d{3})*\b", text))
    if not found:
        return ""
    one = chance.choice(found)
    digits = list(one[0])
    at = chance.randrange(len(digits)) if "," not in digits else 0
    digits[at] = str((int(digits[at]) % 8) + 1)
    return text[: one.start()] + "".join(digits) + text[one.end() :]


def _exchanged(text: str, chance: random.Random) -> str:
    """Two names in each other's place: who did it to whom."""
    found = list(re.finditer(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*", text))
    names = {one[0]: one for one in found}
    if len(names) < 2:
        return ""
    a, b = list(names.values())[:2]
    if a.start() > b.start():
        a, b = b, a
    return text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]


def _currency(text: str, chance: random.Random) -> str:
    found = re.search(r"[$£€](?=\d)", text)
    return f"{text[: found.start()]}{'$' if found[0] == '€' else '€'}{text[found.end() :]}" if found else ""


def _headless(text: str, chance: random.Random) -> str:
    """ "The stand at the fair costs" as "The fair costs"."""
    found = re.match(r"(The|A|An) (?:[a-z]+ ){1,2}(?:of|at|in|for|from|with) (?:the |a |an )?([a-z]+ )", text)
    return f"{found[1]} {found[2]}{text[found.end() :]}" if found else ""


CONTRADICTIONS: Mapping[str, tuple[Rule, ...]] = {
    "negation": (_negated, _without("not|never|no|nobody|hardly|without")),
    "quantity": (
        _number,
        _swap("all/some many/few once/twice half/most two/three several/two every/no"),
        _without("few|most|some|nearly|almost|only|about|half"),
    ),
    "modality": (_swap("may/must can/cannot might/will could/will should/may"),
                 _without("may|might|could|should|would|must|can|likely|possibly|probably|perhaps")),
    "time order": (_swap("before/after first/last earlier/later until/since already/not_yet"),
                   _without("before|after|until|since|previously|formerly")),
    "who did it": (_exchanged, _headless, _swap("he/she him/her his/her they/we I/you")),
    "comparison": (_swap("more/less higher/lower better/worse most/least larger/smaller increase/decrease "
                         "increased/decreased greater/smaller above/below"),
                   _without("more|less|than|most|least")),
    "unit": (_swap("miles/kilometres years/months days/weeks hours/minutes feet/metres percent/points "
                   "million/billion minutes/seconds year/month inches/feet hour/minute week/month"),),
    "currency": (_currency, _swap("dollars/euros cents/pence pounds/dollars shillings/pounds"),),
}  # fmt: skip


def _once(pattern: str, by: str = "") -> Rule:
    """The first match replaced; the sentence begins with a capital again."""
    compiled = re.compile(pattern)

    def rule(text: str, chance: random.Random) -> str:
        if not compiled.search(text):
            return ""
        made = re.sub(r"\s+([,.;])", r"\1", " ".join(compiled.sub(by, text, count=1).split()))
        return made[:1].upper() + made[1:]

    return rule


_DECISIVE = (
    r"not|no|never|n't|if|unless|only|may|might|could|would|should|must|can|will|all|every|each|any|few|more|less|"
    r"most|some|many|several|both|than|as|before|after|until|since|while|when|first|last|once|said|says|asked|"
    r"about|but|than|think|believe|guess|likely|then|now|still|yet|already|under|over|up|down|other|another|one|two|three|much"
)
_SHORT_FORMS = {"did not": "didn't", "does not": "doesn't", "do not": "don't", "is not": "isn't",
                "was not": "wasn't", "could not": "couldn't", "will not": "won't", "had not": "hadn't",
                "cannot": "can't"}  # fmt: skip
_PLAIN = rf"(?:(?!\b(?:{_DECISIVE})\b)[^\d,;:()\"“”?—])"  # a character of a stretch without such words
_TIES = (
    "However|Moreover|Furthermore|In addition|Additionally|Also|Thus|Therefore|For example|Similarly|"
    "In particular|Consequently|Meanwhile|Well|So"
)
_NO_ADVERBS = (  # of manner; the last are none at all
    "only|likely|early|nearly|hardly|mostly|mainly|largely|partly|rarely|merely|typically|temporarily|prematurely|"
    "fairly|slightly|remotely|probably|possibly|recently|previously|apparently|finally|eventually|really|family|reply|"
    "supply|apply|reportedly|allegedly|exactly|approximately|roughly|usually|generally|currently|initially|barely|"
    "relatively|potentially|"
    "friendly|ungainly|melancholy|monopoly|lonely|deadly|timely|scraggly|sickly|assembly|respectively"
)
_NO_PARTICIPLES = "according|depending|including|assuming|pending|saying|telling|asking|adding"
_SUBJECTS = "he|she|it|they|we|I|you|the|this|that|his|her|their|its|there"
_ADJECTIVES = (
    "new|old|big|small|great|little|long|large|huge|red|white|black|dark|young|tall|heavy|beautiful|important|strong|"
    "green|blue|cold|hot|narrow|broad"
)


def _short_form(text: str, chance: random.Random) -> str:
    """ "did not" as "didn't": the small words of a sentence."""
    found = re.search(rf"\b(?:{'|'.join(_SHORT_FORMS)})\b", text)
    return text[: found.start()] + _SHORT_FORMS[found[0]] + text[found.end() :] if found else ""


SHORTENINGS: Mapping[str, tuple[Rule, ...]] = {
    "bracket": (_once(r"\s\((?:(?!\b(?:not|only|if|about|more|less|up)\b)[^()\"“”?])+\)"),),
    "connective": (_once(rf"^(?:{_TIES}), "),),
    "relative clause": (_once(rf", (?:which|who|whose|where)\b{_PLAIN}+(?=[,.])(?!, and|, or),?"),),
    "adverb": (_once(rf" (?!(?:{_NO_ADVERBS})\b)[a-z]{{4,}}ly\b(?![-,]| [A-Z])"),),
    "participle": (_once(rf", (?!{_NO_PARTICIPLES})[a-z]{{3,}}ing {_PLAIN}+(?=\.$)"),),
    "second statement": (_once(rf", and (?:{_SUBJECTS}) {_PLAIN}{{15,}}(?=\.$)"),),
    "apposition": (_once(rf"(?<=[A-Z][a-z]{{2}}), (?:an?|the) {_PLAIN}{{3,60}}, (?!and|or)", " "),),
    "short form": (_short_form,),
    # Of one thing: "the large birds" are only some of them.
    "adjective": (_once(rf"(?<=\b[Tt]he) (?:{_ADJECTIVES}) (?=[a-z]{{3,}}(?:[^\Ws]|ss)\b)", " "),),
}


def made(
    kinds: Mapping[str, tuple[Rule, ...]], sources: list[str], each: int, faithful: bool
) -> Iterator[Pair]:
    """Up to `each` pairs of every kind, each from a sentence of its own."""
    for kind, rules in kinds.items():
        chance = random.Random(f"{SEED} {kind}")
        order = chance.sample(sources, len(sources))
        count = 0
        for source in order:
            if count == each:
                break
            result = chance.choice(rules)(source, chance)
            if result and len(result.split()) >= 4 and result != source:
                if not faithful and count % 2:
                    result = _shortened(result, source, chance)
                count += 1
                yield Pair(kind, source, result, faithful)


def _shortened(text: str, source: str, chance: random.Random) -> str:
    """A contradiction made shorter too, where a rule can; not by what makes it one."""
    for rules in chance.sample(list(SHORTENINGS.values()), len(SHORTENINGS)):
        short = rules[0](text, chance)
        if short and short != rules[0](source, chance):
            return short
    return text


def speakers(spoken: list[Passage], each: int) -> Iterator[Pair]:
    """What one said, under another's name or under none."""
    chance = random.Random(f"{SEED} speaker")
    names = sorted({passage.speaker for passage in spoken})
    for count, passage in enumerate(chance.sample(spoken, min(each, len(spoken)))):
        other = chance.choice([name for name in names if name != passage.speaker])
        made = f"{other}: {passage.text}" if count % 2 else passage.text
        yield Pair("speaker", f"{passage.speaker}: {passage.text}", made, False)


def _texts(data: Path) -> list[str]:
    """A text, or those of the rows of a file of JSON lines."""
    text = data.read_text(encoding="utf-8")
    return [json.loads(line)["document"] for line in text.splitlines()] if data.suffix == ".jsonl" else [text]


def sentences(data: Sequence[Path]) -> tuple[list[str], list[Passage]]:
    """Sentences of the documents; and those with a speaker, which no model rewrites."""
    plain: dict[str, None] = {}
    spoken: list[Passage] = []
    for text in itertools.chain.from_iterable(map(_texts, data)):
        for passage in passages(read_document(text.encode(), "document.txt")):
            usable = SHORTEST <= passage.words <= LONGEST and passage.text.endswith(".")
            if usable and passage.kind == "paragraph" and passage.text[:1].isupper():
                if passage.speaker:
                    spoken.append(passage)
                else:
                    plain[passage.text] = None
    return list(plain), spoken


def measure(pairs: list[Pair]) -> dict[str, dict[str, float]]:
    """By kind: how many pairs, and the share that was judged right."""
    right: dict[str, list[bool]] = {}
    for pair in pairs:
        good = says_the_same(pair.made, pair.source, "en") == pair.faithful
        for name in (pair.kind, "all shortenings" if pair.faithful else "all contradictions"):
            right.setdefault(name, []).append(good)
    return {
        name: {"pairs": len(good), "right": round(sum(good) / len(good), 4)} for name, good in right.items()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=new_file, required=True)
    parser.add_argument("--each", type=int, default=EACH)
    parser.add_argument("--show", default="", help="print the wrongly judged pairs of one kind, or of all")
    args = parser.parse_args()
    plain, spoken = sentences(args.data)
    pairs = [
        *made(CONTRADICTIONS, plain, args.each, faithful=False),
        *speakers(spoken, args.each),
        *made(SHORTENINGS, plain, args.each, faithful=True),
    ]
    figures = measure(pairs)
    for pair in pairs:
        if args.show in ("all", pair.kind) and says_the_same(pair.made, pair.source) != pair.faithful:
            print(f"{pair.kind}\n  {pair.source}\n  {pair.made}")
    for name, row in figures.items():
        print(f"{name:20} {row['pairs']:5} {row['right']:7.1%}")
    args.out.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    refused, accepted = figures["all contradictions"]["right"], figures["all shortenings"]["right"]
    return int(refused < WANTED_REFUSED or accepted < WANTED_ACCEPTED)


if __name__ == "__main__":
    sys.exit(main())

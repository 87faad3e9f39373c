"""Sentences through encoder-decoder models of transformers: MarianMT, M2M100, NLLB-200, MADLAD-400, T5.

Knows torch, one model, its tokenizer and how its family is told the two languages. A translation is a
generator of steps, each one batch, so that Stop is heard between two batches.
"""

import copy
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any, Literal

import torch

from components.errors import BadInput, NotEnoughMemory, Unavailable
from components.models.engines.adapter_set import Adapters
from components.models.engines.causal import free_memory, is_out_of_memory
from components.models.engines.inner_views import cut, translation_attention
from components.models.engines.step_loop import PARK
from components.models.languages import LANGUAGES, language_name, marian_code
from components.models.looks import Attention, Cut, Look
from components.models.translation import Translated, TranslationOptions

Emit = Callable[[str, Any], None]  # ("translated", Translated) | ("memory", None) | ("end", None)
Family = Literal["marian", "m2m100", "nllb", "madlad", "t5"]

BATCH_TOKENS = 2048  # source tokens, padding included, of one batch
BATCH_SENTENCES = 32  # more doesn't pay on a CPU, and Stop waits for the batch
GROWTH, SLACK = 2.0, 32  # a translation may have this many times the tokens of its source, and some


class Seq2SeqEngine:
    """One loaded model. Use it on one thread only."""

    def __init__(
        self, model: Any, tokenizer: Any, context: int, breathe: Callable[[], None] = lambda: None
    ) -> None:
        self.model, self.tokenizer, self.context = model, tokenizer, context
        self._breathe = breathe  # called after each token of a batch: others may go on in between
        self.family = family_of(model, tokenizer)
        # transformers decodes M2M100's language tokens as if they were text.
        self._unsaid = set(getattr(tokenizer, "lang_code_to_id", {}).values())
        self._signs = _unknown_signs(tokenizer) if self.family == "marian" else {}
        self.adapters = Adapters(model)
        self.adapter: str | None = None

    def adapted(self, folder: Path) -> "Seq2SeqEngine":
        """The same loaded model with an adapter; every step sets which of the two the model is."""
        twin = copy.copy(self)
        twin.adapter = self.adapters.add(folder)
        return twin

    def translate(
        self,
        texts: Sequence[str],
        options: TranslationOptions,
        cancelled: Callable[[], bool],
        emit: Emit,
    ) -> Generator[Any, None, None]:
        """The steps: one batch each, longest sentences first, results by their index.

        Out of memory gives back what is free, then halves the batch. Raises BadInput for a language
        that the model doesn't know, NotEnoughMemory if one sentence alone doesn't fit.
        """
        prefix, forced = self._languages(options)
        ids = [self._encode(prefix + " ".join(text.split())) for text in texts]
        batches = make_batches([len(one) for one in ids], options.beams)
        asked = False
        while batches and not cancelled():
            batch = batches.pop(0)
            try:
                for translated in self._batch(batch, [ids[i] for i in batch], forced, options):
                    emit("translated", translated)
            except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
                free_memory()
                if not asked:
                    asked = True
                    emit("memory", None)
                    batches.insert(0, batch)
                    yield PARK
                    continue
                if len(batch) == 1:
                    raise NotEnoughMemory(
                        "There was not enough memory to translate a single sentence. Unload another model "
                        "on the Models page, or choose a smaller one."
                    ) from error
                batches[:0] = [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
            yield
        emit("end", None)

    def look(self, asked: Look, cancelled: Callable[[], bool], emit: Emit) -> Generator[Any, None, None]:
        """How a text is cut, or from which words of its source a translation was made."""
        if isinstance(asked, Cut):
            found: Any = cut(self.tokenizer, asked.text)
        elif isinstance(asked, Attention) and asked.source:
            self.adapters.choose(self.adapter)
            found = translation_attention(self, asked)
        else:
            raise Unavailable("A translation model has no view of this: it has no text of its own to go on.")
        yield
        emit("looked", found)
        emit("end", None)

    def sides(
        self, source: str, target: str, languages: tuple[str, str]
    ) -> tuple[list[int], list[int], int | None]:
        """The tokens of a source and of its translation, and the token that each translation begins with."""
        prefix, forced = self._languages(TranslationOptions(*languages))
        if self.family == "m2m100":
            self.tokenizer.tgt_lang = languages[1]
        elif self.family == "nllb":
            self.tokenizer.tgt_lang = LANGUAGES[languages[1]].nllb
        made = self.tokenizer(text_target=target)["input_ids"]
        return self._encode(prefix + " ".join(source.split())), [one for one in made if one != forced], forced

    @torch.inference_mode()
    def _batch(
        self, batch: Sequence[int], ids: Sequence[list[int]], forced: int | None, options: TranslationOptions
    ) -> list[Translated]:
        inputs = self.tokenizer.pad({"input_ids": list(ids)}, return_tensors="pt").to(self.model.device)
        limits = [min(int(len(one) * GROWTH) + SLACK, self.context) for one in ids]
        beams = max(options.beams, options.hypotheses, 4 if options.careful else 1)
        more: dict[str, Any] = {} if forced is None else {"forced_bos_token_id": forced}
        if options.careful:
            more["no_repeat_ngram_size"] = 4
        self.adapters.choose(self.adapter)
        out = self.model.generate(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            max_new_tokens=max(limits),
            max_length=None,
            num_beams=beams,
            num_return_sequences=options.hypotheses,
            do_sample=False,
            forced_eos_token_id=None,  # else a sentence that was cut would look like one that ended
            early_stopping=beams > 1,
            stopping_criteria=[self._never_stop],
            **more,
        )
        return [
            self._translated(index, out[at * options.hypotheses : (at + 1) * options.hypotheses], limits[at])
            for at, index in enumerate(batch)
        ]

    def _never_stop(self, ids: Any, scores: Any, **more: Any) -> Any:
        """Ends nothing: the one place inside of generate() that is passed after each token."""
        self._breathe()
        return torch.zeros(ids.shape[0], dtype=torch.bool, device=ids.device)

    def _translated(self, index: int, sequences: Any, limit: int) -> Translated:
        """One sentence's hypotheses, each up to its own limit: its neighbours in the batch change nothing."""
        sequences = sequences[:, : limit + 1]
        said = [[i for i in one.tolist() if i not in self._unsaid] for one in sequences]
        texts = self.tokenizer.batch_decode(said, skip_special_tokens=True)
        ended = bool((sequences[0, 1:] == self.tokenizer.eos_token_id).any())
        return Translated(index, tuple(dict.fromkeys(text.strip() for text in texts)), cut=not ended)

    def _encode(self, text: str) -> list[int]:
        ids = self.tokenizer(text.translate(self._signs))["input_ids"]
        if len(ids) > self.context:
            raise BadInput(
                "A sentence of {ids:,} tokens is longer than the {context:,} that this model reads. "
                "Put full stops into it, or choose another model. Nothing was cut.",
                ids=len(ids),
                context=self.context,
            )
        return ids

    def _languages(self, options: TranslationOptions) -> tuple[str, int | None]:
        """The text before each sentence, and the first token of each translation."""
        tokenizer = self.tokenizer
        match self.family:
            case "nllb":
                tokenizer.src_lang = self._known(options.source, [LANGUAGES[options.source].nllb])
                target = self._known(options.target, [LANGUAGES[options.target].nllb])
                return "", tokenizer.convert_tokens_to_ids(target)
            case "m2m100":
                for code in (options.source, options.target):
                    if code not in tokenizer.lang_code_to_id:
                        raise BadInput("This model doesn't know {code}.", code=language_name(code))
                tokenizer.src_lang = options.source
                return "", tokenizer.get_lang_id(options.target)
            case "madlad":
                codes = [options.target, *_OLD_CODES.get(options.target, ())]
                return f"{self._known(options.target, [f'<2{code}>' for code in codes])} ", None
            case "t5":
                names = language_name(options.source), language_name(options.target)
                return f"translate {names[0]} to {names[1]}: ", None
        return self._marian_prefix(options.target), None

    def _marian_prefix(self, target: str) -> str:
        """Models with several target languages want the target's code first: ">>por<< "."""
        codes = [code[2:-2] for code in getattr(self.tokenizer, "supported_language_codes", [])]
        if not codes:
            return ""
        found = marian_code(codes, target)
        if not found:
            raise BadInput("This model doesn't translate into {target}.", target=language_name(target))
        return f">>{found}<< "

    def _known(self, code: str, tokens: Sequence[str]) -> str:
        vocabulary = self.tokenizer.get_vocab()
        for token in tokens:
            if token in vocabulary:
                return token
        raise BadInput("This model doesn't know {code}.", code=language_name(code))


# Languages that a model may have under the code of an earlier standard.
_OLD_CODES = {"he": ("iw",), "id": ("in",), "no": ("nb",)}


# Marian models were trained on normalized punctuation; a character that the vocabulary lacks would be lost.
_SIGNS = {
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "‘": "'",
    "’": "'",
    "–": "-",
    "—": "-",
    "…": "...",
}


def _unknown_signs(tokenizer: Any) -> dict[int, str]:
    known = tokenizer.get_vocab()
    return {ord(s): plain for s, plain in _SIGNS.items() if s not in known and f"▁{s}" not in known}


def family_of(model: Any, tokenizer: Any) -> Family:
    """How a model is told the languages, from its type and its vocabulary."""
    kind = model.config.model_type
    if kind == "marian":
        return "marian"
    if kind == "m2m_100":
        # The two families share their layers; only M2M100's tokenizer has codes of its own.
        return "m2m100" if hasattr(tokenizer, "lang_code_to_id") else "nllb"
    if kind in ("t5", "mt5", "umt5"):
        return "madlad" if "<2en>" in tokenizer.get_vocab() else "t5"
    raise BadInput("Models of the type {kind} can't be used for translation here.", kind=kind)


def make_batches(lengths: Sequence[int], beams: int = 1) -> list[list[int]]:
    """Indices in batches of similar length, the longest first, each within the token budget."""
    budget = max(BATCH_TOKENS // max(beams, 1), 1)
    batches: list[list[int]] = []
    widest = 0
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        last = batches[-1] if batches else None
        if last and len(last) < BATCH_SENTENCES and (len(last) + 1) * widest <= budget:
            last.append(index)
        else:
            batches.append([index])
            widest = lengths[index]
    return batches

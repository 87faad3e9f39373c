"""How an encoder-decoder model is told the two languages of a pair: its tokenizer's codes, or words in front.

Knows tokenizers and language codes; no torch. What a family wants is the same as when it translates.
"""

from typing import Any

from components.errors import BadInput
from components.messages import Language, Said
from components.models.languages import LANGUAGES, language_name, marian_code

ADVICE = Said("Call the two columns by their languages (en and pt, for instance), and check the data again.")


def tell_languages(tokenizer: Any, source: str, target: str) -> str:
    """Sets the tokenizer's codes and returns the text before every source. Languages are ISO 639-1.

    Raises BadInput where the model has to know a language that isn't known, or doesn't know it.
    """
    vocabulary = tokenizer.get_vocab()
    if hasattr(tokenizer, "src_lang") and hasattr(tokenizer, "tgt_lang"):
        tokenizer.src_lang = _code(tokenizer, vocabulary, source)
        tokenizer.tgt_lang = _code(tokenizer, vocabulary, target or source)
        return ""
    if "<2en>" in vocabulary and target:
        if f"<2{target}>" not in vocabulary:
            raise BadInput("This model doesn't know {language}.", language=_named(target))
        return f"<2{target}> "
    if codes := [code[2:-2] for code in getattr(tokenizer, "supported_language_codes", [])]:
        found = marian_code(codes, target)
        if not found:
            into = _named(target) if target else Said("this language")
            raise BadInput("This model doesn't translate into {language}.", language=into)
        return f">>{found}<< "
    if type(tokenizer).__name__.startswith("T5") and target:
        return f"translate {language_name(source)} to {language_name(target)}: "
    return ""


def _named(code: str) -> Language:
    return Language(code, language_name(code))


def _code(tokenizer: Any, vocabulary: dict[str, int], language: str) -> str:
    """The model's own code: "pt" of M2M100, "por_Latn" of NLLB, "pt_XX" of mBART."""
    if not language:
        raise BadInput(
            "The languages of the pairs can't be told, and this model has to know them. {advice}",
            advice=ADVICE,
        )
    own = getattr(tokenizer, "lang_code_to_id", None)
    if own:
        known = [code for code in own if code == language or code.split("_")[0] == language]
    else:
        known = [LANGUAGES[language].nllb] if language in LANGUAGES else []
        known = [code for code in known if code in vocabulary]
    if not known:
        raise BadInput("This model doesn't know {language}.", language=_named(language))
    return str(known[0])

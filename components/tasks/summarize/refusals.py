"""What can't be summarized: too little text, or text that says nothing. Better a reason than an invention.

Knows passages; nothing about models.
"""

import re
from collections.abc import Sequence

from components.documents import Document
from components.errors import BadInput
from components.messages import Message, Said, counted
from components.scripts import EACH_A_WORD
from components.tasks.summarize.gibberish import is_gibberish
from components.tasks.summarize.passages import Passage

FEWEST_WORDS = 30
FEWEST_DIFFERENT = 15  # words, or characters in scripts without spaces
MOST_REPEATED = 0.7  # share of the words that are in sentences said before
MOST_BOILERPLATE = 0.6
NOTICE = 12  # words of a notice at most; a longer sentence says something, whatever its subject
MENU_WORDS, MOST_MENU = 3, 0.9  # words of a line in a menu at most, and the share of such lines

_WORD = re.compile(rf"[{EACH_A_WORD}]|[^\W\d_]{{2,}}")
_BOILERPLATE = re.compile(
    r"\b(cookies?|accept all|privacy (?:policy|notice|settings)|"
    r"terms (?:of (?:use|service)|and conditions)|"
    r"all rights reserved|subscribe|newsletter|sign (?:in|up)|log ?in|click here|read more|"
    r"skip to (?:main )?content|"
    r"back to top|follow us|contact us|about us|share (?:on|this)|advertisement|enable javascript|"
    r"your browser|"
    r"site ?map|©|copyright (?:by|\(c\)|\d{4})|unsubscribe|home ?page|add to cart|"
    r"404|page not found|access denied|captcha|"
    # Portuguese, Spanish, French, German, Italian
    r"pol[íi]tica de (?:privacidade?|privacidad|cookies)|termos (?:de (?:uso|serviço)|e condições)|"
    r"todos os direitos reservados|assine (?:a|já|nossa)|cadastre-se|fa(?:ça|zer) login|clique aqui|"
    r"leia mais|saiba mais|fale conosco|sobre nós|siga-nos|voltar ao topo|mapa do site|"
    r"página não encontrada|página inicial|"
    r"aviso legal|términos (?:de (?:uso|servicio)|y condiciones)|todos los derechos reservados|suscríbe\w*|"
    r"iniciar sesión|regístrate|haz clic aquí|leer más|contáctanos|sobre nosotros|síguenos|"
    r"volver arriba|mapa del sitio|página no encontrada|"
    r"politique de confidentialité|mentions légales|conditions (?:générales )?d['’]utilisation|"
    r"tous droits réservés|abonnez-vous|inscrivez-vous|connectez-vous|cliquez ici|lire la suite|"
    r"en savoir plus|contactez-nous|à propos de nous|qui sommes-nous|suivez-nous|haut de page|plan du site|"
    r"page introuvable|tout accepter|"
    r"datenschutzerklärung|impressum|nutzungsbedingungen|allgemeine geschäftsbedingungen|"
    r"alle rechte vorbehalten|hier klicken|weiterlesen|mehr erfahren|"
    r"über uns|folgen sie uns|seite nicht gefunden|alle akzeptieren|startseite|"
    r"informativa sulla privacy|termini (?:di servizio|e condizioni)|tutti i diritti riservati|iscriviti|"
    r"clicca qui|leggi tutto|scopri di più|contattaci|chi siamo|seguici|"
    r"mappa del sito|pagina non trovata|accetta tutti)\b|©",
    re.IGNORECASE,
)
# What a mail program adds below each message; its sentences are as long as those of a text.
_FOOTER = re.compile(
    r"\b(any attachments|received this (?:e-?mail|message) in error|intended (?:solely|only) for|"
    r"views expressed|accepts no liability|notify the sender)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?…。！？：:][\"'”’»)\]」』]*$")
LOREM_WORDS = 3  # different ones, since some of them are ordinary words elsewhere: "dolor"
_LOREM = re.compile(
    r"\b(lorem|ipsum|dolor|consectetur|adipiscing|eiusmod|tempor|incididunt|nostrud|voluptate)\b",
    re.IGNORECASE,
)


class NothingToSummarize(BadInput):
    """A summary of this text would be an invention."""


def check(passages: Sequence[Passage], document: Document) -> None:
    """Raises NothingToSummarize with the reason."""
    if document.unread:
        raise NothingToSummarize(document.unread)
    what = _named(document.name)
    words = sum(passage.words - passage.named for passage in passages)
    _check_length(words, what)
    _check_words(passages, document, what)
    _check_kinds(passages, document, what, words)
    _check_repetition(passages, what, words)


def check_lengths(documents: Sequence[Document]) -> None:
    """Raises NothingToSummarize where none of the documents is long enough: seen before anything is begun."""
    if documents and all(not one.unread and one.words < FEWEST_WORDS for one in documents):
        _check_length(documents[0].words, _named(documents[0].name))


def _check_length(words: int, what: Message) -> None:
    if words < FEWEST_WORDS:
        raise NothingToSummarize(
            counted(
                "{what} has only {count} word: there is nothing to shorten. A summary needs at least "
                "{least}.",
                "{what} has only {count} words: there is nothing to shorten. A summary needs at least "
                "{least}.",
                words,
                what=what,
                least=FEWEST_WORDS,
            )
        )


def _check_words(passages: Sequence[Passage], document: Document, what: Message) -> None:
    """Whether it has words at all, and not the same few."""
    letters = sum(c.isalpha() for block in document.blocks for c in block.text)
    characters = sum(not c.isspace() for block in document.blocks for c in block.text)
    if letters < characters * 0.4:
        raise NothingToSummarize(
            "{what} is mostly numbers and symbols: there are no sentences that a summary could be made of.",
            what=what,
        )
    if is_gibberish(" ".join(block.text for block in document.blocks)):
        raise NothingToSummarize(
            "{what} is mostly letters without words: there is nothing in it that can be understood.",
            what=what,
        )
    different = {word for passage in passages for word in _WORD.findall(passage.text.casefold())}
    if len(different) < FEWEST_DIFFERENT:
        raise NothingToSummarize(
            counted(
                "{what} says too little: it has only {count} different word.",
                "{what} says too little: it has only {count} different words.",
                len(different),
                what=what,
            )
        )


def _check_kinds(passages: Sequence[Passage], document: Document, what: Message, words: int) -> None:
    """Whether it is more than placeholder text, a menu or notices."""
    tabular = all(block.rows or block.kind == "heading" for block in document.blocks)  # a survey, no menu
    lorem = {word.lower() for passage in passages for word in _LOREM.findall(passage.text)}
    for pattern, kind in (
        (_LOREM, Said("placeholder text (lorem ipsum)")),
        (_BOILERPLATE, Said("boilerplate: menus, notices, links")),
    ):
        if len(lorem) < LOREM_WORDS if pattern is _LOREM else tabular:
            continue
        said = (p.words for p in passages if _says_only(p, pattern))
        if sum(said) > MOST_BOILERPLATE * words or (pattern is _BOILERPLATE and _is_menu(passages)):
            raise NothingToSummarize(
                "{what} is mostly {kind}. There is nothing in it to summarize.", what=what, kind=kind
            )


def no_sentences(name: Message) -> Message:
    """Why a document of headings and the like alone has no summary."""
    return Said(
        "{what} has only headings and the like: there are no sentences that a summary could be made of.",
        what=_named(name),
    )


def no_answer(name: Message, instruction: str) -> Message:
    """That a document says nothing about the only thing that was asked for."""
    return Said("{what} says nothing about that: “{asked}”.", what=_named(name), asked=instruction.strip())


def _named(name: Message) -> Message:
    return Said('"{name}"', name=name) if name else Said("The text")


def says_only_a_notice(passage: Passage) -> bool:
    """Whether a passage is a notice, a link or a line of a menu."""
    return _says_only(passage, _BOILERPLATE)


def _says_only(passage: Passage, pattern: re.Pattern[str]) -> bool:
    """Whether a passage is one of the phrases, not a sentence about them: terms of service say a lot."""
    if pattern is _LOREM:
        return pattern.search(passage.text) is not None
    if _FOOTER.search(passage.text):
        return True
    said = [found.group() for found in pattern.finditer(passage.text)]
    short = passage.words <= NOTICE or not _ENDED.search(passage.text)
    return bool(said) and (short or 2 * len("".join(said)) > len(passage.text))


def _is_menu(passages: Sequence[Passage]) -> bool:
    """Whether nearly all lines are a word or two, as in a menu; lists and tables may be that."""
    lines = [passage for passage in passages if passage.kind in ("paragraph", "heading")]
    short = sum(line.words <= MENU_WORDS and not _ENDED.search(line.text) for line in lines)
    return short > MOST_MENU * len(passages)


def _check_repetition(passages: Sequence[Passage], what: Message, words: int) -> None:
    seen: set[str] = set()
    repeated = 0
    for passage in passages:
        key = " ".join(passage.text.casefold().split())
        repeated += passage.words if key in seen else 0
        seen.add(key)
    if repeated > MOST_REPEATED * words:
        raise NothingToSummarize(
            "{what} repeats the same lines: {repeated}% of it was said before. There is too little in "
            "it to summarize.",
            what=what,
            repeated=round(100 * repeated / words),
        )

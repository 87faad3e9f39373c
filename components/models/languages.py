"""Languages by their ISO 639-1 code: names for people, and the codes that translation models use.

Knows nothing about which model can do what; see `catalog`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale


@dataclass(frozen=True)
class Language:
    """One language that can be chosen."""

    code: str  # ISO 639-1
    name: str  # in English
    nllb: str  # FLORES-200, as NLLB-200 has it
    iso3: str  # ISO 639-3 of the macrolanguage, as OPUS-MT and benchmarks have it


_TABLE = """
ar Arabic arb_Arab ara
bg Bulgarian bul_Cyrl bul
ca Catalan cat_Latn cat
cs Czech ces_Latn ces
da Danish dan_Latn dan
de German deu_Latn deu
el Greek ell_Grek ell
en English eng_Latn eng
es Spanish spa_Latn spa
et Estonian est_Latn est
fa Persian pes_Arab fas
fi Finnish fin_Latn fin
fr French fra_Latn fra
gl Galician glg_Latn glg
he Hebrew heb_Hebr heb
hi Hindi hin_Deva hin
hr Croatian hrv_Latn hrv
hu Hungarian hun_Latn hun
id Indonesian ind_Latn ind
it Italian ita_Latn ita
ja Japanese jpn_Jpan jpn
ko Korean kor_Hang kor
lt Lithuanian lit_Latn lit
lv Latvian lvs_Latn lav
nl Dutch nld_Latn nld
no Norwegian nob_Latn nor
pl Polish pol_Latn pol
pt Portuguese por_Latn por
ro Romanian ron_Latn ron
ru Russian rus_Cyrl rus
sk Slovak slk_Latn slk
sl Slovenian slv_Latn slv
sr Serbian srp_Cyrl srp
sv Swedish swe_Latn swe
sw Swahili swh_Latn swa
th Thai tha_Thai tha
tr Turkish tur_Latn tur
uk Ukrainian ukr_Cyrl ukr
vi Vietnamese vie_Latn vie
zh Chinese zho_Hans zho
"""

LANGUAGES: dict[str, Language] = {
    code: Language(code, name, nllb, iso3)
    for code, name, nllb, iso3 in (line.split() for line in _TABLE.strip().splitlines())
}
# Written without spaces between words.
UNSPACED = frozenset({"zh", "ja", "th"})
_BY_ISO3 = {language.iso3: language.code for language in LANGUAGES.values()}


def language_name(code: str) -> str:
    """Its English name; the code itself where it isn't known."""
    return LANGUAGES[code].name if code in LANGUAGES else code


def is_latin(code: str) -> bool:
    """Whether a language is written in Latin letters."""
    return code in LANGUAGES and LANGUAGES[code].nllb.endswith("_Latn")


def language_code(text: str) -> str:
    """The ISO 639-1 code of "pt", "por", "por-BR", "pt_BR", "Portuguese" or "Português"; empty where it isn't
    known.
    """
    plain = text.strip().lower().replace("_", "-").split("-")[0]
    if plain in LANGUAGES:
        return plain
    return _BY_ISO3.get(plain) or _by_name().get(plain, "")


@cache
def _by_name() -> Mapping[str, str]:
    """Codes by the names of the languages, in English and in each one's own words."""
    own = {(Locale.parse(code).get_language_name(code) or "").lower(): code for code in LANGUAGES}
    return own | {language.name.lower(): language.code for language in LANGUAGES.values()}


def marian_code(codes: Sequence[str], language: str) -> str:
    """Which of a Marian model's codes ("por", "pt_BR", "cmn_Hans") is a language; empty if none is."""
    known = LANGUAGES[language]
    script = known.nllb.partition("_")[2]
    first = ["cmn"] if language == "zh" else []
    stems = [*first, known.iso3, language, known.nllb.partition("_")[0]]
    wanted = [one for stem in stems for one in (f"{stem}_{script}", stem)]
    for one in wanted:
        if one in codes:
            return one
    return next((code for stem in stems for code in codes if code.startswith(f"{stem}_")), "")

"""Telephone numbers in a text, by Google's rules (phonenumbers). Knows texts and languages alone."""

import re
from collections.abc import Sequence

# Where a number without the code of a country may be from, by the language of the text.
_REGIONS = {
    **{"de": ("DE", "AT", "CH"), "fr": ("FR",), "es": ("ES",), "it": ("IT",), "pt": ("PT", "BR")},
    **{"zh": ("CN",), "ja": ("JP",), "nl": ("NL",)},
}
_ANYWHERE = ("US", "GB")
_LEAST = re.compile(r"\d(?:[ ()/.-]*\d){5}")  # fewer figures than this are none: the rules are slow to load


def telephones(text: str, language: str) -> Sequence[tuple[int, int]]:
    """Where each telephone number begins and ends in the text, in order; only those that can be dialled."""
    if not _LEAST.search(text):
        return ()
    import phonenumbers

    found = {
        (one.start, one.end)
        for region in _REGIONS.get(language, _ANYWHERE)
        for one in phonenumbers.PhoneNumberMatcher(text, region)
    }
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda one: (one[0], -one[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept

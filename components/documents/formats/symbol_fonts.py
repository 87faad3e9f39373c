"""Characters of the symbol fonts of word processors, whose private codes mean nothing without the font.

Knows nothing about formats. The tables are those of the fonts Symbol, Wingdings and Wingdings 2.
"""

_GREEK = dict(
    zip(
        (*range(0x41, 0x5B), *range(0x61, 0x7B)),
        "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ",
        strict=True,
    )
)
FONTS = {
    "symbol": _GREEK
    | {code: chr(code) for code in b"!#%&()+,./0123456789:;<=>?[]_{|}"}
    | {0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×"}
    | {0xB5: "∝", 0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xCE: "∈"}
    | {0xD6: "√", 0xD7: "⋅", 0xE5: "∑", 0xF2: "∫", 0x2D: "−", 0xD2: "®", 0xD3: "©", 0xD4: "™"},
    "wingdings": {0x6F: "☐", 0x70: "☐", 0x71: "☐", 0x72: "☐", 0xA8: "☐", 0x78: "☒", 0xFD: "☒", 0xFE: "☑"}
    | {0xFB: "✗", 0xFC: "✓", 0xDF: "←", 0xE0: "→", 0xA7: "•", 0x6C: "•", 0x9F: "•", 0x28: "☎", 0x2A: "✉"},
    "wingdings 2": {0x2A: "☐", 0x30: "☐", 0xA3: "☐", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒"}
    | {0x54: "☒"},
}
CHECKED, UNCHECKED = "☒", "☐"


def symbol(font: str, code: int) -> str:
    """The character that a code of a font shows; empty where its font isn't known."""
    private = 0xF000 <= code <= 0xF0FF
    if not 0xE000 <= code <= 0xF8FF and font.lower() not in FONTS:
        return chr(code) if code >= 0x20 else ""
    return FONTS.get(font.lower(), {}).get(code - 0xF000 if private else code, "")

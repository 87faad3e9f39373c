"""SubRip and WebVTT subtitles: cues joined to running text, each paragraph with the time of its first cue.

Knows nothing about video.
"""

import html
import re
from dataclasses import dataclass

from components.documents.draft import Draft, clean
from components.documents.place import Place
from components.documents.source import Source
from components.messages import Said

_TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[,.](\d{1,3})")
_TIMING = re.compile(rf"^\s*{_TIME.pattern}\s*-->\s*{_TIME.pattern}")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<[\d:.]+>|\{\\[^}]*\}")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]」』]*$")
_NAMED = re.compile(
    r"^(?=[^\W\d_a-zß-ÿ])[^\W\d_][\w.'’-]{0,40}(?:\s[^\W\d_][\w.'’-]{0,40}){0,2}:\s+\S"
)  # "ANNA: ..."
PAUSE = 4.0  # seconds without a cue after which a new paragraph begins
MOST = 3_000  # characters of a paragraph, sentence or not: some subtitles have no full stops
LONG = 600  # characters after which a paragraph ends with its sentence
NOT_CUES = ("note", "style", "region", "webvtt")


@dataclass(frozen=True)
class Cue:
    start: float  # seconds
    end: float
    speaker: str
    text: str


def read(source: Source) -> Draft:
    draft = Draft()
    text = draft.decode(source.data)
    text = re.sub(r"\r\n?", "\n", text.lstrip("\ufeff"))
    dropped: list[str] = []
    cues: list[Cue] = []
    for chunk in re.split(r"\n[ \t]*\n", text):
        lines = [line for line in chunk.split("\n") if line.strip()]
        at = next((i for i, line in enumerate(lines[:2]) if _TIMING.match(line)), None)
        if at is not None:
            cues += _cues(lines[at:])
        elif lines and lines[0].strip().lower().startswith(NOT_CUES[:3]):
            dropped.append(" ".join(lines))
    for note in dropped:
        draft.leave_out(Said("Notes and styles"), Said("they are not shown with the subtitles"), text=note)
    for group in _grouped(_rolled(cues)):
        text = " ".join(cue.text for cue in group)
        speaker = f"{group[0].speaker}: " if group[0].speaker else ""
        place = Place(time=clock(group[0].start))
        draft.paragraph(speaker + text, place=place, speaker=clean(group[0].speaker))
    return draft


def _cues(lines: list[str]) -> list[Cue]:
    """The cue of one chunk; cues without an empty line between them are told by their timings."""
    found = []
    starts = [i for i, line in enumerate(lines) if _TIMING.match(line)]
    for at, after in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = after - 1 if after < len(lines) and lines[after - 1].strip().isdigit() else after
        timing = _TIMING.match(lines[at])
        if timing is None:
            continue
        parts = timing.groups()
        body = "\n".join(lines[at + 1 : end])
        voice = _VOICE.search(body)
        plain = html.unescape(_TAG.sub("", body)).replace("\\N", " ")
        if plain.strip():
            speaker = voice[1].strip() if voice else ""
            found.append(Cue(_seconds(parts[:4]), _seconds(parts[4:]), speaker, " ".join(plain.split())))
    return found


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _rolled(cues: list[Cue]) -> list[Cue]:
    """Without the repeats of captions that roll up, where each cue repeats the end of the one before."""
    kept: list[Cue] = []
    for cue in cues:
        if kept and cue.start - kept[-1].end < PAUSE and kept[-1].speaker == cue.speaker:
            if cue.text == kept[-1].text and cue.start <= kept[-1].end + 0.05:
                continue
            if cue.text.startswith(f"{kept[-1].text} "):
                cue = Cue(cue.start, cue.end, cue.speaker, cue.text[len(kept[-1].text) :].strip())
        kept.append(cue)
    return kept


def _grouped(cues: list[Cue]) -> list[list[Cue]]:
    groups: list[list[Cue]] = []
    length = 0  # characters of the last group
    for cue in cues:
        before = groups[-1] if groups else []
        apart = not before or cue.start - before[-1].end > PAUSE or cue.speaker != before[-1].speaker
        full = length > LONG and _SENTENCE_END.search(before[-1].text)
        named = _NAMED.match(cue.text) and (not before or _SENTENCE_END.search(before[-1].text))
        if apart or full or named or length > MOST or cue.text.startswith(("- ", "– ")):
            groups.append([cue])
            length = 0
        else:
            before.append(cue)
        length += len(cue.text)
    return groups


def clock(seconds: float) -> str:
    """Seconds as a person reads them: 00:01:10."""
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"

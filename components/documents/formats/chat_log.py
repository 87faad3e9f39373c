"""Exported chats, such as those of WhatsApp: one line per message that begins with a date and a time.

"Anna: ..." stays at the start of a message, and is kept as its speaker: a name in a chat may be anything,
a number or signs among it.
"""

import re

from components.documents.draft import Draft, clean
from components.documents.place import Place
from components.messages import Said

# "12.05.24, 10:01 - Anna: Hi", "[5/12/24, 10:01:33 AM] Anna: Hi", "[2024/5/12 上午10:01:33] 安娜: 你好"
STAMP = re.compile(
    r"^[\u200e\ufeff]*(?P<open>\[)?(?P<day>\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4})\.?,?\s+(?:[^\W\d]{1,3}\s*)?"
    r"(?P<time>\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[AaPp]\.?\s?[Mm]\.?)?)(?(open)\]|\s[-–])\s+(?P<said>\S.*)$"
)
NAMED = re.compile(r"[^:]{1,60}: ")
# In the place of a picture; on iPhones, what the program itself says begins with a mark of direction.
MEDIA = re.compile(r"(?:[^:]{1,60}: )?(?:\u200e?<[^<>]{3,80}>|\u200e[^.]{3,60})")
SHARE, FEWEST = 0.5, 3  # of the lines that begin a message in a chat, and how many messages it has at least


def read_chat(text: str, draft: Draft) -> bool:
    """Adds the messages of a chat, a heading before those of each day; False if the text isn't a chat."""
    lines = [line for line in text.splitlines() if line.strip()]
    stamps = [STAMP.match(line) for line in lines]
    named = sum(stamp is not None and NAMED.match(stamp["said"]) is not None for stamp in stamps)
    if named < max(FEWEST, SHARE * sum(stamp is not None for stamp in stamps)) or named < 0.1 * len(lines):
        return False
    if stamps[0] is None and stamps[1] is None:
        return False
    messages: list[tuple[str, str, list[str]]] = []
    for line, stamp in zip(lines, stamps, strict=True):
        if stamp is not None:
            messages.append((stamp["day"], stamp["time"], [stamp["said"]]))
        elif messages:
            messages[-1][2].append(line.strip())
        else:
            draft.paragraph(line)
    day = ""
    for when, time, said in messages:
        if when != day:
            day = when
            draft.heading(day, 2)
        if MEDIA.fullmatch(" ".join(said)):
            draft.leave_out(Said("Pictures and media"), Said("only text is read"))
        else:
            who = clean(said[0].partition(": ")[0]) if NAMED.match(said[0]) else ""
            draft.paragraph(" ".join(said), place=Place(time=f"{day}, {time}"), speaker=who)
    return True

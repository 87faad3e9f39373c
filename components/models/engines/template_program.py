"""A program: renders one model's chat template, a line of JSON in and one out for each conversation.

    python -m components.models.engines.template_program SECONDS

A template is the model's own program: it may loop, or write without end. This process has limits on its time
and its memory, nothing in it that is worth keeping, and an end in any case. Knows neither models nor tokens.
"""

import contextlib
import json
import os
import sys
import time
from typing import Any

import psutil

from components import lifeline

MEMORY = 1_000_000_000  # bytes that templates may take
CHARACTERS = 20_000_000  # of one rendered conversation
SPARE_SECONDS = 2  # after those that the caller waits


def main() -> None:
    lifeline.hold()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    from transformers.utils.chat_template_utils import render_jinja_template  # takes most of a second

    seconds = int(float(sys.argv[1])) + SPARE_SECONDS
    _limit("RLIMIT_AS", psutil.Process().memory_info().vms + MEMORY)
    print("{}", file=answers, flush=True)  # ready
    for line in sys.stdin:
        _limit("RLIMIT_CPU", int(time.process_time()) + seconds)
        print(json.dumps(_answer(render_jinja_template, json.loads(line))), file=answers, flush=True)


def _answer(render: Any, given: dict[str, Any]) -> dict[str, Any]:
    """{"text": what the template makes of it, "spans": the answers that it marks}, or {"error": why not}."""
    try:
        made, marks = render([given.pop("messages")], **given)
        text = made[0]
    except Exception as error:  # noqa: BLE001 - the template is the model's own program, and may refuse
        return {"error": str(error)[:1000] or type(error).__name__}
    if len(text) > CHARACTERS:
        return {"error": f"{len(text):,} characters"}
    return {"text": text, "spans": marks[0] if marks else []}


def _limit(name: str, value: int) -> None:
    """Lowers a limit of this process, where the system has it."""
    with contextlib.suppress(ImportError, AttributeError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(getattr(resource, name))
        low = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(getattr(resource, name), (low, hard))


if __name__ == "__main__":
    main()

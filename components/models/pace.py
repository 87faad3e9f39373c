"""How fast models write, alone and while a training run takes its share of the machine.

Knows numbers only; the manager says which is which.
"""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

from components.models.options import Usage

KEPT = 20  # answers of each kind
LEAST = 8  # tokens; a shorter answer says little about speed


@dataclass(eq=False)
class Pace:
    """Of one model. Speeds in tokens/s, None where nothing was written yet."""

    _alone: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT))
    _beside: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT))
    _last: Usage | None = None

    def note(self, usage: Usage, beside_training: bool) -> None:
        """Counts an answer, once."""
        if usage is self._last:
            return
        self._last = usage
        if usage.new_tokens >= LEAST and usage.tokens_per_second > 0:
            (self._beside if beside_training else self._alone).append(usage.tokens_per_second)

    @property
    def alone(self) -> float | None:
        return median(self._alone) if self._alone else None

    @property
    def beside_training(self) -> float | None:
        return median(self._beside) if self._beside else None

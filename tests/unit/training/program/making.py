"""What tests of the training programs share: torch on one thread, and what a run has written."""

import signal
from collections.abc import Iterator

import pytest
import torch

from components.training.folder import RunFolder
from components.training.program import train


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """On models of this size, threads only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setattr(train, "SAMPLE_TOKENS", 4)
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)
    torch.set_num_threads(before)


def last(folder: RunFolder, kind: str) -> dict:
    return [event for event in folder.log().read() if event["kind"] == kind][-1]

"""A small server for each test."""

from collections.abc import Iterator

import pytest

from tests import fake_server
from tests.fake_server import FakeServer


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    with fake_server.running() as server:
        yield server

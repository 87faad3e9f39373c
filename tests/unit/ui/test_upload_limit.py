"""Uploads that pass no page: counted, and refused before they fill the memory."""

from collections import defaultdict

import pytest
from streamlit import config as streamlit_config

from components.config import Config
from components.ui import upload_limit
from components.ui.upload_limit import FILES, FRAME, VISITS, UploadLimit
from tests.unit.ui.asgi import run

LARGEST = 1000


class Memory:
    """The layer below: keeps what is sent to it."""

    def __init__(self, room: int = 10**9, allowed: bool = True, largest: int = LARGEST) -> None:
        self.kept, self.allowed, self.counted = defaultdict(int), allowed, []
        self.limit = UploadLimit(self.keep, lambda: largest, lambda: self.kept, self.count, room)

    async def keep(self, scope, receive, send):
        self.kept[scope["path"].split("/")[-2]] += int(dict(scope["headers"]).get(b"content-length", b"0"))
        await send({"type": "http.response.start", "status": 204, "headers": []})

    def count(self, cookies, visit, upload, size):
        self.counted.append((cookies.get("wordbench_person"), visit, upload, size))
        return self.allowed

    def put(self, size=LARGEST, visit="v", upload="u", method="PUT", base="", cookie="", address="1.1.1.1"):
        sent = []
        headers = [] if size is None else [(b"content-length", str(size).encode())]
        headers += [(b"cookie", f"wordbench_person={cookie}".encode())] if cookie else []
        scope = {"type": "http", "method": method, "headers": headers, "client": (address, 5000)}
        scope["path"] = f"{base}/_stcore/upload_file/{visit}/{upload}"

        async def send(message):
            sent.append(message)

        run(self.limit(scope, None, send))
        return sent[0]["status"]


@pytest.mark.parametrize("base", ["", "/tools"])
def test_one_visit_has_only_so_many_bytes_waiting(base: str):
    memory = Memory()
    answers = [memory.put(LARGEST + FRAME, upload=str(n), base=base) for n in range(20)]
    assert answers == [204] * FILES + [429] * (20 - FILES)
    assert memory.put(visit="another", base=base) == 204
    memory.kept["v"] = 0
    assert memory.put(base=base) == 204


@pytest.mark.parametrize("who", [{"cookie": "a" * 32}, {"address": "2.2.2.2"}])
def test_one_person_has_only_so_many_bytes_waiting_however_many_tabs_they_open(who):
    memory = Memory()
    answers = [memory.put(LARGEST + FRAME, visit=f"v{n}", **who) for n in range(VISITS * FILES + 3)]
    assert answers == [204] * VISITS * FILES + [429] * 3
    assert memory.put(visit="another's", cookie="b" * 32) == 204
    del memory.kept["v0"]  # a tab was closed
    assert memory.put(LARGEST + FRAME, visit="v99", **who) == 204
    assert memory.put(visit="v100", **who) == 429


def test_all_visits_together_have_only_so_much():
    memory = Memory(room=2500)
    assert [memory.put(visit=f"v{n}") for n in range(4)] == [204, 204, 503, 503]


def test_a_file_that_is_too_large_or_says_no_size_is_refused_unread():
    memory = Memory()
    assert memory.put(LARGEST + FRAME + 1) == 413
    assert memory.put(None) == 411
    assert not memory.kept


def test_uploads_are_counted_for_the_browser_and_the_page_can_say_why_one_is_too_much():
    memory = Memory(allowed=False)
    assert memory.put(500, cookie="a" * 32) == 204
    assert memory.put(500, cookie="a" * 32) == 429
    assert memory.counted[0] == ("a" * 32, "v", "u", 500)


def test_other_requests_and_a_server_for_one_person_are_left_alone():
    memory = Memory()
    assert memory.put(10**8, method="OPTIONS") == 204
    assert Memory(largest=0).put(10**8) == 204


def test_an_adapter_may_be_larger_than_other_files_but_one_visit_has_no_more_room_for_it():
    memory = Memory()
    memory.limit.largest_adapter = lambda: 5 * LARGEST + FRAME
    assert memory.put(6 * LARGEST + 3 * FRAME) == 413
    assert memory.put(5 * LARGEST + FRAME) == 204
    assert [memory.put(LARGEST, upload=str(n)) for n in range(2 * FILES + 8 * 20)][-1] == 429


def test_an_adapter_may_be_as_large_as_the_settings_say(monkeypatch):
    monkeypatch.setattr(upload_limit, "config", lambda: Config(upload_mb=40, adapter_mb=300))
    asked = {}
    monkeypatch.setattr(streamlit_config, "set_option", asked.__setitem__)
    upload_limit.let_in()
    assert asked == {"server.maxUploadSize": 300}

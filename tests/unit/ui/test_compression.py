"""The app's own files are sent compressed to who takes that; what people upload and download isn't touched."""

import gzip

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from components.ui.compression import Compressed

TEXT = "function draw() { return 1 }\n" * 400


async def plain(scope, receive, send):
    await Response(TEXT, media_type="application/javascript")(scope, receive, send)


def asked(path: str, **headers: str) -> Response:
    client = TestClient(Compressed(plain))
    with client.stream("GET", path, headers={"accept-encoding": "gzip", **headers}) as answer:
        answer.raw = b"".join(answer.iter_raw())
    return answer


@pytest.mark.parametrize("path", ["/static/js/index.123.js", "/static/css/a.css", "/", "/summarize"])
def test_a_page_and_its_scripts_are_compressed(path: str):
    answer = asked(path)
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.raw) < len(TEXT) / 10
    assert gzip.decompress(answer.raw).decode() == TEXT


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/media/picture.png", {}),
        ("/_stcore/upload_file/a/b", {}),
        ("/static/media/font.woff2", {}),
        ("/static/js/index.123.js", {"range": "bytes=0-9"}),
        ("/static/js/index.123.js", {"accept-encoding": "identity"}),
    ],
)
def test_everything_else_goes_as_it_is(path: str, headers: dict[str, str]):
    assert "content-encoding" not in asked(path, **headers).headers

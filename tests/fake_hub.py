"""A model hub on this machine: the few addresses that huggingface_hub asks for, over folders of files."""

import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "a" * 40


class FakeHub:
    """Serves `owner/name` from `folder`; `gated` and `missing` change its answers, `slow` its speed.

    `add` serves more repositories, with what the hub says about them beside their files.
    """

    def __init__(self, folder: Path, repo: str, **about: Any) -> None:
        self.gated = self.missing = False
        self.slow = 0.0  # seconds between two blocks of a file
        self.served: list[str] = []
        self.ranges: list[str] = []  # what was asked for in parts
        self.repos: dict[str, tuple[Path, dict[str, Any]]] = {}
        self.add(folder, repo, **about)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"hub": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def add(self, folder: Path, repo: str, **about: Any) -> None:
        self.repos[repo] = folder, about

    def found(self, words: str, kind: str) -> list[dict[str, Any]]:
        """The answer to a search."""
        infos = [self.info(repo) for repo in self.repos if words.lower() in repo.lower()]
        return [one for one in infos if kind in one["tags"]]

    def info(self, repo: str) -> dict[str, Any]:
        folder, about = self.repos[repo]
        files = [{"rfilename": f.name, "size": f.stat().st_size} for f in sorted(folder.iterdir())]
        plain = {"id": repo, "sha": COMMIT, "siblings": files, "private": False, "gated": False, "tags": []}
        return plain | about

    def tree(self, repo: str) -> list[dict[str, Any]]:
        folder = self.repos[repo][0]
        return [
            {"type": "file", "path": f.name, "size": f.stat().st_size, "oid": "b" * 40}
            for f in sorted(folder.iterdir())
        ]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub

    def do_GET(self) -> None:
        self._answer(True)

    def do_HEAD(self) -> None:
        self._answer(False)

    def log_message(self, *what: object) -> None:
        pass

    def _answer(self, body: bool) -> None:
        hub, address = self.hub, urlsplit(self.path)
        parts = [unquote(part) for part in address.path.strip("/").split("/")]
        if hub.missing:
            return self._send(404, b"", body, {"X-Error-Code": "RepoNotFound"})
        if parts == ["api", "models"]:
            asked = parse_qs(address.query)
            return self._json(hub.found(asked["search"][0], asked["filter"][0]), body)
        api = parts[:2] == ["api", "models"]
        repo = "/".join(parts[2:4] if api else parts[:2])
        if repo not in hub.repos:
            return self._send(404, b"", body, {"X-Error-Code": "RepoNotFound"})
        if hub.gated or (not api and hub.repos[repo][1].get("gated")):
            return self._send(403, b"", body, {"X-Error-Code": "GatedRepo"})
        if api:
            return self._json(hub.tree(repo) if parts[4:5] == ["tree"] else hub.info(repo), body)
        self._file(hub.repos[repo][0] / parts[-1], body)

    def _json(self, said: Any, body: bool) -> None:
        self._send(200, json.dumps(said).encode(), body, {})

    def _file(self, path: Path, body: bool) -> None:
        if not path.exists():
            return self._send(404, b"", body, {"X-Error-Code": "EntryNotFound"})
        data = path.read_bytes()
        headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{hashlib.sha256(data).hexdigest()}"'}
        if body:
            self.hub.served.append(path.name)
        if asked := self.headers.get("Range", ""):
            self.hub.ranges.append(asked)
            first, _, last = asked.removeprefix("bytes=").partition("-")
            end = min(int(last) + 1 if last else len(data), len(data))
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(data)}"
            return self._send(206, data[int(first) : end], body, headers)
        self._send(200, data, body, headers)

    def _send(self, status: int, data: bytes, body: bool, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(key, value)
        self.end_headers()
        for start in range(0, len(data) if body else 0, 4096):
            try:
                self.wfile.write(data[start : start + 4096])
            except OSError:
                return  # whoever asked has left
            if self.hub.slow:
                time.sleep(self.hub.slow)

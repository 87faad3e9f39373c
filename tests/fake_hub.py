"""A model hub on this machine: the few addresses that huggingface_hub asks for, over a folder of files."""

import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "a" * 40


class FakeHub:
    """Serves `owner/name` from `folder`; `gated` and `missing` change its answers, `slow` its speed."""

    def __init__(self, folder: Path, repo: str) -> None:
        self.gated = self.missing = False
        self.slow = 0.0  # seconds between two blocks of a file
        self.served: list[str] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(True)

            def do_HEAD(self) -> None:
                self._answer(False)

            def log_message(self, *what: object) -> None:
                pass

            def _answer(self, body: bool) -> None:
                if hub.missing:
                    return self._send(404, b"", body, {"X-Error-Code": "RepoNotFound"})
                if hub.gated:
                    return self._send(403, b"", body, {"X-Error-Code": "GatedRepo"})
                if self.path.startswith(f"/api/models/{repo}/tree/"):
                    return self._send(200, json.dumps(hub.tree(folder)).encode(), body, {})
                if self.path.startswith(f"/api/models/{repo}"):
                    return self._send(200, json.dumps(hub.info(folder, repo)).encode(), body, {})
                name = self.path.split("?")[0].rsplit("/", 1)[1]
                data = (folder / name).read_bytes()
                headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{hashlib.sha256(data).hexdigest()}"'}
                if body:
                    hub.served.append(name)
                return self._send(200, data, body, headers)

            def _send(self, status: int, data: bytes, body: bool, headers: dict[str, str]) -> None:
                self.send_response(status)
                for key, value in {**headers, "Content-Length": str(len(data))}.items():
                    self.send_header(key, value)
                self.end_headers()
                for start in range(0, len(data) if body else 0, 4096):
                    self.wfile.write(data[start : start + 4096])
                    time.sleep(hub.slow)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @staticmethod
    def info(folder: Path, repo: str) -> dict:
        files = [{"rfilename": f.name, "size": f.stat().st_size} for f in sorted(folder.iterdir())]
        return {"id": repo, "sha": COMMIT, "siblings": files, "private": False, "gated": False, "tags": []}

    @staticmethod
    def tree(folder: Path) -> list[dict]:
        return [
            {"type": "file", "path": f.name, "size": f.stat().st_size, "oid": "b" * 40}
            for f in sorted(folder.iterdir())
        ]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

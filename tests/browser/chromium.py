"""Finds a Chromium for the browser tests, and installs Debian's where there is none.

python -m tests.browser.chromium
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# Without the network flags the browser asks hosts of its own at every start.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> str | None:
    """The path of a browser that Playwright can drive."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or (str(MAC) if MAC.exists() else None)


def main() -> int:
    if find():
        return 0
    if not shutil.which("apt-get"):
        print("Install Chromium or Chrome for the browser tests.", file=sys.stderr)
        return 1
    sudo = ["sudo"] if os.geteuid() != 0 else []
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["update"],
        ["install", "-y", "--no-install-recommends", "chromium", "fonts-noto-color-emoji"],
    ):
        subprocess.run(
            [*sudo, "apt-get", "-qq", *command], check=True, env=environment, stdout=subprocess.DEVNULL
        )
    return 0 if find() else 1


if __name__ == "__main__":
    sys.exit(main())

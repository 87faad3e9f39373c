"""Runs a piece of an ASGI app to its end, beside whatever loop the browser tests of the same process have."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor


def run(work: Coroutine[None, None, object]) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()

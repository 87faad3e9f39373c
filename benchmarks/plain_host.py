"""The engine process with one more verb: transformers' own generate() on the loaded model."""

import time
from typing import Any

from components.models.engines.host import Host, main
from components.models.options import Prompt


class _FirstToken:
    """A streamer that only notes when the first new token came."""

    def __init__(self) -> None:
        self.at: list[float] = []

    def put(self, value: Any) -> None:
        self.at.append(time.perf_counter())  # the first call is the prompt

    def end(self) -> None:
        pass


class PlainHost(Host):
    def _on_plain(self, number: int, key: str, prompt: Prompt, new_tokens: int) -> None:
        def work() -> None:
            import torch

            engine = self._engine(key)
            started, first = time.perf_counter(), _FirstToken()
            ids = torch.tensor([engine.prompt_ids(prompt)])
            out = engine.model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=new_tokens,
                do_sample=False,
                streamer=first,
            )
            text = engine.tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True)
            ended = time.perf_counter()
            self._send(number, "value", (text, first.at[1] - started, ended - started))

        self._loop.call(work)


if __name__ == "__main__":
    main(PlainHost)

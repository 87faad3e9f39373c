"""Text from a GGUF file as it is, by llama.cpp's own server inside of this process: everybody's requests in
one batch.

Knows the library, not torch. The server runs on threads of its own. It reads prompts in pieces beside other
answers, and finds what it has read before: the second turn of a conversation is read from where it differs.
The model's chat template is never given to it: conversations arrive here as text (see `templates`).
"""

import copy
import http.client
import json
import queue
import secrets
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from components.errors import BadInput, EngineFailed, Unavailable
from components.models.engines.answer_steps import Answer, Emit, begun
from components.models.engines.gguf_adapter import write
from components.models.engines.gguf_tokenizer import GgufTokenizer
from components.models.engines.line import POLL_SECONDS, Line
from components.models.engines.prompt_tokens import prompt_ids, text_ids
from components.models.engines.slots import Slots
from components.models.gguf_header import GgufHeader
from components.models.gguf_memory import STEP_TOKENS, CacheBits
from components.models.logprobs import BytesOfTokens
from components.models.options import GenerationOptions, Prompt
from components.models.scores import Pieces, Scored, TokenScore, only_on_transformers

AT_ONCE = 16  # requests in one batch
READ_SECONDS = 60.0  # for the tokens of one text
END_SECONDS = 0.25  # for the library to be done with an answer that is over
CACHE_TYPES = {16: 1, 8: 8}  # ggml's F16 and Q8_0
FORCED = 10_000.0  # added to the logit of a token that is to be written
CHECKPOINTS = 2  # of what can't be cut back, in models with a window or a running state
# As in transformers: the same filters in the same order.
SAMPLERS = ["penalties", "temperature", "top_k", "top_p", "min_p"]


class LlamaEngine:
    """One model. Safe to use from any thread: each generation waits for its own pieces."""

    step_tokens = STEP_TOKENS
    ends: frozenset[int] = frozenset()  # the library ends an answer by itself

    def __init__(self, header: GgufHeader, context: int, cells: int) -> None:
        """Not loaded yet. `cells`: tokens of the cache."""
        self.context, self._key = context, secrets.token_urlsafe()
        self._header, self._cells = header, Cells(cells)
        self._slots = Slots(AT_ONCE, lambda slot: self._post(f"/slots/{slot}?action=erase", {}))
        self._server: Any = None
        self._adapters: tuple[Path, ...] = ()  # in the order of their numbers in the library
        self._adapter: Path | None = None  # the one in use
        self.tokenizer = GgufTokenizer(header, self._read)

    def load(self, threads: int, bits: CacheBits = 16, adapters: Sequence[Path] = ()) -> None:
        """With the LoRAs in some folders, none of them in use: the library takes them at the load only.

        Raises BadInput for a file that the library can't read, Unavailable without the library.
        """
        try:
            import xllamacpp
        except ImportError as error:  # it needs a library of the system's
            raise Unavailable("llama.cpp can't be used here: {error}", error=error) from error
        parameters = _parameters(xllamacpp.CommonParams(), self._header, self._cells.number, threads, bits)
        parameters.api_keys = [self._key]
        with tempfile.TemporaryDirectory() as folder:
            parameters.slot_save_path = folder  # without one, slots can't be emptied; nothing is saved
            parameters.lora_init_without_apply = True
            parameters.lora_adapters = [
                self._written(xllamacpp.CommonAdapterLoraInfo(), adapter, Path(folder, f"{number}.gguf"))
                for number, adapter in enumerate(adapters)
            ]
            self._adapters = tuple(adapters)
            try:
                self._server = xllamacpp.Server(parameters)
            except RuntimeError as error:
                name = self._header.files[0].name
                raise BadInput(
                    "{name} can't be read by llama.cpp: {error}", name=name, error=error
                ) from error
        self._address = self._server.listening_address.removeprefix("http://")

    def _written(self, info: Any, adapter: Path, file: Path) -> Any:
        write(adapter, self._header, file)
        info.path, info.scale = str(file), 0.0
        return info

    def adapted(self, folder: Path) -> "LlamaEngine":
        """The same loaded model with one of the adapters beside it; each request says which it uses.

        Raises Unavailable for one that it was loaded without.
        """
        if folder not in self._adapters:
            raise Unavailable("This adapter isn't loaded beside its base. Ask again.")
        twin = copy.copy(self)
        twin._adapter = folder
        return twin

    def _marked(self, ids: Sequence[int]) -> Sequence[int]:
        """As nothing that was read with another adapter begins: no slot goes on from that."""
        return [-1 - self._adapters.index(self._adapter), *ids] if self._adapter else ids

    def _loras(self) -> dict[str, Any]:
        """Which adapters a request uses; said in each one, or what a slot has read with another is kept."""
        if not self._adapters:
            return {}
        used = [float(one == self._adapter) for one in self._adapters]
        return {"lora": [{"id": number, "scale": scale} for number, scale in enumerate(used)]}

    def prompt_ids(self, prompt: Prompt) -> list[int]:
        """The token ids that the model would read. Raises BadInput without a chat template."""
        return prompt_ids(self.tokenizer, prompt)

    def generate(
        self, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool], emit: Emit
    ) -> Generator[Any, None, None]:
        """The steps of one generation, one for each piece; what it makes goes to `emit`, a Usage last."""
        made = begun(self, prompt, options, emit)
        taken = len(made.ids) + made.limit
        if self._cells.take(taken, cancelled):
            slot = None
            try:
                slot = self._slots.take(self._marked(made.ids), prompt.goes_on, cancelled)
            finally:
                if slot is None:
                    self._cells.give_back(taken)
            if slot is not None:
                yield from self._answered(made, slot, options, cancelled)
        if not made.over:
            made.finish = "stopped"
        made.end()

    def _answered(
        self, made: Answer, slot: int, options: GenerationOptions, cancelled: Callable[[], bool]
    ) -> Generator[Any, None, None]:
        """The steps of an answer that has its place."""

        def over() -> None:
            self._slots.give_back(slot)
            self._cells.give_back(len(made.ids) + made.limit)

        asked = _asked(made.ids, options, made.limit) | self._loras()
        request = _Request(self._server, asked | {"id_slot": slot})
        texts = BytesOfTokens()
        request.start(over)
        try:
            while not made.over and not cancelled():
                _note(made, request.next(), texts)
                yield
            if made.over:  # or the next turn would find its slot still taken
                request.wait(END_SECONDS)
        finally:
            request.stop()

    def scores(
        self, texts: Sequence[Scored], top: int, cancelled: Callable[[], bool], emit: Emit
    ) -> Generator[Any, None, None]:
        """The steps of scoring texts, one for each token; the scores of each text go to `emit`, "end" last.

        It takes as long as writing the texts would: see `_told`. A conversation has to be text already.
        """
        for text in texts:
            ids, first = text_ids(self.tokenizer, text)
            if len(ids) > self.context:
                raise only_on_transformers("llama.cpp")
            with self._place(ids, cancelled) as slot:
                if slot is None:
                    break
                pieces = Pieces(self._text, ids[:first])
                tokens: list[TokenScore] = []
                for at in range(first, len(ids)):
                    if cancelled():
                        emit("end", None)
                        return
                    found = self._told(ids, at, slot, top) if at else None
                    made = found or TokenScore(ids[at], "", None)
                    tokens.append(replace(made, text=pieces.feed(ids[at])))
                    yield
                emit("scored", tuple(tokens))
        emit("end", None)

    def chances(self, ids: Sequence[int], of: Sequence[bool]) -> list[float | None]:
        """The log-probability of each token that `of` marks, after those before it; None for the others, the
        first one, and one that is part of a character, of which the library says nothing.
        """
        found: list[float | None] = [None] * len(ids)
        with self._place(ids, lambda: False) as slot:
            assert slot is not None, "nothing stops it from waiting"
            for at in range(1, len(ids)):
                if of[at] and (told := self._told(ids, at, slot, 1)):
                    found[at] = told.logprob
        return found

    @contextmanager
    def _place(self, ids: Sequence[int], cancelled: Callable[[], bool]) -> Iterator[int | None]:
        """The slot and the room in the cache in which some tokens are read; None once cancelled."""
        taken, slot = len(ids) + 1, None
        room = self._cells.take(taken, cancelled)
        try:
            slot = self._slots.take(self._marked(ids), False, cancelled) if room else None
            yield slot
        finally:
            if slot is not None:
                self._slots.give_back(slot)
            if room:
                self._cells.give_back(taken)

    def _told(self, ids: Sequence[int], at: int, slot: int, top: int) -> TokenScore | None:
        """How likely the token at a place was, after those before it, and the likeliest others.

        The library tells only how likely the tokens are that it writes. So a bias leaves it no choice but the
        token that comes next, which takes a step for each; what it tells is from before biases. None for one
        that is part of a character.
        """
        said: list[dict[str, Any]] = []
        asked = {
            "prompt": list(ids[:at]),
            "max_tokens": 1,
            "temperature": 0,
            "n_probs": max(top, 1),
            "cache_prompt": True,
            "id_slot": slot,
            "logit_bias": [[ids[at], FORCED]],
            **self._loras(),
        }
        self._server.handle_completions(asked, said.append)
        if not said or "error" in said[-1]:
            raise _failure(said[-1].get("error") if said else None)
        content = (said[-1]["choices"][0].get("logprobs") or {}).get("content") or []
        told = BytesOfTokens().scored(content[:1])
        return told[0] if told and told[0].id == ids[at] else None

    def _text(self, ids: Sequence[int]) -> str:
        """The text of tokens, control tokens included."""
        return str(self._post("/detokenize", {"tokens": list(ids)}).get("content", ""))

    def _read(self, text: str, add_special: bool) -> list[int]:
        answer = self._post("/tokenize", {"content": text, "add_special": add_special, "parse_special": True})
        if "tokens" not in answer:
            raise _failure(answer.get("error"))
        return list(answer["tokens"])

    def _post(self, path: str, what: dict[str, Any]) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self._address, timeout=READ_SECONDS)
        try:
            headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
            connection.request("POST", path, json.dumps(what), headers)
            return dict(json.loads(connection.getresponse().read()))
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise EngineFailed("The engine failed: {name}: {error}", name="llama.cpp", error=error) from error
        finally:
            connection.close()


class Cells:
    """The tokens that the cache has room for: given to requests in the order in which they came.

    Each takes what it may come to need at most, so that the cache can't become full in the middle of answers,
    which would cost all of them.
    """

    def __init__(self, number: int) -> None:
        self._free = self.number = number
        self._line = Line()

    def take(self, number: int, cancelled: Callable[[], bool]) -> bool:
        """Waits until there is room; false once cancelled. More than there is counts as all of it."""
        number = min(number, self.number)
        with self._line.turn(lambda: number <= self._free, cancelled) as mine:
            self._free -= number if mine else 0
            return mine

    def give_back(self, number: int) -> None:
        with self._line.changed:
            self._free += min(number, self.number)
            self._line.changed.notify_all()


class _Request:
    """One request in the library, on a thread of its own: its pieces come out of a queue."""

    def __init__(self, server: Any, asked: dict[str, Any]) -> None:
        self._server, self._asked = server, asked
        self._pieces: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._stopped = False

    def start(self, on_end: Callable[[], None]) -> None:
        self._thread = threading.Thread(target=self._run, args=(on_end,), daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """For its end, which comes right behind its last piece, or with the next one once it is stopped."""
        self._stopped = True
        self._thread.join(seconds)

    def next(self) -> dict[str, Any] | None:
        """The next piece; None if there is none yet."""
        try:
            return self._pieces.get(timeout=POLL_SECONDS)
        except queue.Empty:
            return None

    def stop(self) -> None:
        """Takes it out of the batch, at the next token or piece of its prompt; harmless once it has ended."""
        self._stopped = True

    def _run(self, on_end: Callable[[], None]) -> None:
        def piece(said: dict[str, Any]) -> bool:
            self._pieces.put(said)
            return self._stopped

        try:
            self._server.handle_completions(self._asked, piece)
        except Exception as error:  # noqa: BLE001 - a thread's last line: the request must hear of it
            self._pieces.put({"error": {"message": str(error)}})
        finally:
            on_end()
            self._pieces.put({"gone": True})


def _note(made: Answer, said: dict[str, Any] | None, texts: BytesOfTokens) -> None:
    """What one piece means for an answer. Raises EngineFailed where the library reports an error."""
    if said is None:
        return
    if "error" in said or "gone" in said:
        raise _failure(said.get("error"))
    if progress := said.get("prompt_progress"):
        made.read(progress["processed"])
        return
    choice, tokens = said["choices"][0], said.get("timings", {}).get("predicted_n", 0)
    if reason := choice["finish_reason"]:
        # The token that ended the answer was counted, and is no part of it.
        made.ended(tokens - 1, "stop") if reason == "stop" else made.ended(tokens)
    else:
        if made.scoring and choice.get("logprobs"):
            made.note(texts.scored(choice["logprobs"]["content"], choice["text"]))
        made.wrote(choice["text"], tokens)


def _failure(error: Any) -> EngineFailed:
    said = error.get("message", error) if isinstance(error, dict) else error
    return EngineFailed("The engine failed: {name}: {error}", name="llama.cpp", error=said or "no answer")


def _asked(ids: Sequence[int], options: GenerationOptions, limit: int) -> dict[str, Any]:
    # The library sorts the whole vocabulary to tell one probability.
    noted = 0 if options.scores_if_free else options.scores
    return {
        **({"logprobs": noted} if noted else {}),
        "prompt": list(ids),
        "max_tokens": limit,
        "stream": True,
        "return_progress": True,
        "timings_per_token": True,  # which have the number of tokens
        "cache_prompt": True,
        "samplers": SAMPLERS,
        "temperature": options.temperature,
        "top_k": options.top_k,
        "top_p": options.top_p,
        "min_p": options.min_p,
        "repeat_penalty": options.repetition_penalty,
        "repeat_last_n": len(ids) + limit,  # all of the text, as in transformers
        "seed": options.seed % (2**32 - 1),  # the last one stands for any seed
        **({"json_schema": json.loads(options.schema)} if options.schema else {}),
    }


def _parameters(parameters: Any, header: GgufHeader, tokens: int, threads: int, bits: CacheBits) -> Any:
    """What the server is started with; much of what it does by default is for a server that is seen."""
    parameters.model.path = str(header.files[0])
    parameters.n_ctx, parameters.n_parallel, parameters.kv_unified = tokens, AT_ONCE, True
    parameters.n_batch = parameters.n_ubatch = STEP_TOKENS
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    parameters.n_gpu_layers = 0
    parameters.fit_params = False  # the manager has decided
    parameters.cache_ram_mib, parameters.n_ctx_checkpoints = 0, CHECKPOINTS
    parameters.cache_type_k = parameters.cache_type_v = CACHE_TYPES[bits]
    parameters.ui = parameters.endpoint_slots = parameters.use_jinja = False
    parameters.chat_template = "chatml"  # instead of the model's own, which is a program
    parameters.offline = True
    parameters.verbosity = -1
    return parameters

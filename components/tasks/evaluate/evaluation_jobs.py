"""An evaluation as a job over rows: each model is asked each question, each answer is kept as it comes.

Knows jobs, the model manager and `over_rows`; nothing about scores or pages.
"""

import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from components.errors import BadInput, Unavailable
from components.files import read_json, replace_json
from components.jobs import Job
from components.kept import plain
from components.messages import Language, Said
from components.models.catalog import ModelSpec
from components.models.engine import Engine
from components.models.languages import language_name
from components.models.status import precision
from components.row_work import Work
from components.tasks import over_rows
from components.tasks.classify.encoders import Encoders
from components.tasks.evaluate import continuing, evaluation, support
from components.tasks.evaluate.evaluation import (
    KIND,
    SENTIMENTS,
    SUPPORT,
    TRIAL,
    Body,
    Evaluation,
    Facts,
    Plan,
)
from components.tasks.evaluate.model_answer import Answer
from components.tasks.evaluate.one_question import ask, with_likelihood
from components.tasks.evaluate.questions import Questions
from components.tasks.evaluate.setups import Setup, check, named
from components.tasks.over_rows import Do, Made, Outcome, OverRows

VERSIONS = ("openvino-genai", "xllamacpp", "torch", "transformers", "sacrebleu", "numpy")
MOST_ANSWERS = 20_000
Lease = Callable[..., AbstractContextManager[Engine]]


@dataclass(frozen=True)
class Models:
    """What an evaluation needs of the models."""

    lease: Lease  # of the manager
    get: Callable[[str], ModelSpec]
    owner: str
    embedder: ModelSpec | None = None  # for unsupported sentences; None: by words alone
    embedders: tuple[ModelSpec, ...] = ()  # for the sentiment of continuations

    def encoders(self) -> Encoders:
        """Raises Unavailable without an embedding model."""
        return Encoders(partial(self.lease, long=True), self.embedders, self.owner)


@dataclass(frozen=True)
class Evaluating:
    """One person's hands on evaluations."""

    over: OverRows
    models: Models

    def start(
        self,
        questions: Questions,
        setups: Sequence[Setup],
        seed: int,
        likelihood: bool = False,
        turn: int = 0,
    ) -> str:
        """Starts an evaluation and returns its id. Raises BadInput before anything is written.

        `turn`: so many questions to a model before it is the next one's turn; 0: all of them.
        """
        chosen = named(setups)
        for setup in chosen:
            check(setup.settings)
            self._check_task(setup, questions)
        if questions.form == "continuation":
            self.models.encoders()  # tells a missing one now, not after everything was continued
        count = len(chosen) * len(questions.items)
        if not questions.items:
            raise BadInput("There are no questions.")
        if count > MOST_ANSWERS:
            raise BadInput(
                "{number:,} answers are too many for one evaluation; {most:,} is the most. Ask fewer "
                "questions.",
                number=count,
                most=MOST_ANSWERS,
            )
        plan = Plan(chosen, seed, questions.digest, likelihood, versions(), turn)
        work_id = self.over.create(KIND, questions.name, plan.to_json(), count)
        evaluation.keep_questions(self.over.works.place(work_id), questions)
        self._run(work_id, questions, plan)
        return work_id

    def again(self, work: Work, failed: bool = False) -> None:
        """Goes on where it was; `failed`: also with the questions that failed."""
        questions = evaluation.questions_of(self.over.works.place(work.id))
        self._run(work.id, questions, Plan.from_json(work.settings), failed)

    def load(self, work: Work) -> Evaluation:
        return evaluation.load(self.over.works, work)

    def _check_task(self, setup: Setup, questions: Questions) -> None:
        spec = self.models.get(setup.model_id)
        if spec.task != "translate":
            return
        if questions.form != "translation":
            raise BadInput(
                "{model} only translates; these are {form}.", model=spec.title, form=_form(questions)
            )
        pair = f"{questions.source}-{questions.target}"
        known = pair in spec.directions if spec.directions else questions.target in spec.languages
        if not known:
            raise BadInput(
                "{model} doesn't translate from {source} to {target}.",
                model=spec.title,
                source=Language(questions.source, language_name(questions.source) or "?"),
                target=Language(questions.target, language_name(questions.target) or "?"),
            )

    def _run(self, work_id: str, questions: Questions, plan: Plan, failed: bool = False) -> None:
        places = plan.places(len(questions.items))
        worker = _Worker(self.over, work_id, self.models, questions, plan)
        self.over.start(
            work_id,
            over_rows.Plan(
                rows=lambda: [{"setup": setup, "item": item} for setup, item in places],
                opened=worker.opened,
                finish=worker.finish,
            ),
            failed,
        )


def _form(questions: Questions) -> Said:
    from components.tasks.evaluate.questions import FORMS

    return FORMS[questions.form]


def versions() -> dict[str, str]:
    """Of what answers and scores depend on."""
    found = {"python": platform.python_version()}
    for name in VERSIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


class _Worker:
    """Asks; holds the one model that is asked now."""

    def __init__(
        self, over: OverRows, work_id: str, models: Models, questions: Questions, plan: Plan
    ) -> None:
        self._over, self._id, self._models = over, work_id, models
        self._questions, self._plan = questions, plan
        self._times: dict[int, list[float]] = {}  # seconds of the trial's answers, by setup

    @contextmanager
    def opened(self, job: Job) -> Iterator[Do]:
        with ExitStack() as stack:
            held: dict[int, Engine] = {}

            def engine_of(number: int) -> Engine:
                if number not in held:
                    held.clear()
                    stack.close()
                    held[number] = self._lease(number, job, stack)
                return held[number]

            def do(values: Sequence[Any]) -> list[Outcome]:
                return [
                    self._one(engine_of(value["setup"]), value["setup"], value["item"], job)
                    for value in values
                ]

            yield do

    def _lease(self, number: int, job: Job, stack: ExitStack) -> Engine:
        setup = self._plan.setups[number]
        bases = {spec.under.id for one in self._plan.setups if (spec := self._models.get(one.model_id)).under}
        engine = stack.enter_context(
            self._models.lease(
                setup.model_id,
                self._models.owner,
                job.cancelled,
                job.say,
                long=True,
                as_base=setup.model_id in bases,
                on_torch=self._wants_scores(setup),
            )
        )
        info = engine.info
        self._keep(
            lambda body: replace(
                body,
                facts={
                    **body.facts,
                    str(number): Facts(
                        info.engine, precision(info), info.device, max(info.memory, 0), max(info.context, 0)
                    ),
                },
            )
        )
        return engine

    def _wants_scores(self, setup: Setup) -> bool:
        """Whether it must run on an engine that says how likely a given text is."""
        wanted = (self._plan.likelihood and not self._questions.paired) or self._questions.form == "pair"
        return wanted and self._models.get(setup.model_id).task != "translate"

    def _one(self, engine: Engine, setup: int, item: int, job: Job) -> Outcome:
        chosen = self._plan.setups[setup]
        spec = self._models.get(chosen.model_id)
        answer = ask(
            engine,
            spec.task,
            chosen,
            self._questions,
            self._questions.items[item],
            self._plan.seed,
            job.cancelled,
        )
        if self._plan.likelihood and not self._questions.paired:
            answer = with_likelihood(
                engine, spec.task, chosen, self._questions, self._questions.items[item], answer
            )
        if item < TRIAL:
            self._time(setup, answer.seconds)
        return Made(answer.to_json(), answer.why, answer.prompt_tokens, answer.tokens)

    def _time(self, setup: int, seconds: float) -> None:
        """Once every model has answered the trial's questions: how long all of them take."""
        self._times.setdefault(setup, []).append(seconds)
        trial = min(TRIAL, len(self._questions.items))
        if all(len(self._times.get(at, ())) >= trial for at in range(len(self._plan.setups))):
            each = [sum(found) / len(found) for found in self._times.values()]
            total = sum(each) * len(self._questions.items)
            self._keep(lambda body: replace(body, trial_seconds=total))
            self._times = {}

    def _keep(self, change: Callable[[Body], Body]) -> None:
        work = self._over.works.get(self._id)
        if work:
            self._over.works.update(self._id, body=plain(change(Body.from_json(work.body))))

    def finish(self, job: Job) -> None:
        """What is found in the answers once all are there."""
        work = self._over.works.get(self._id)
        if work is None:
            return
        place = self._over.works.place(self._id)
        if any(item.document for item in self._questions.items):
            self._check_support(evaluation.load(self._over.works, work), place, job)
        if self._questions.form == "continuation":
            job.say(Said("Measuring the sentiment"))
            _note_sentiments(place, evaluation.load(self._over.works, work), self._models.encoders(), job)

    def _check_support(self, found: Evaluation, place: Path, job: Job) -> None:
        """Which sentences the documents don't bear out."""
        with ExitStack() as stack:
            embed = self._embed(stack, job)
            for at, item in enumerate(self._questions.items):
                if job.cancelled():
                    return
                share = at / len(self._questions.items)
                job.say(Said("Looking for the sentences of the answers in their documents"), share)
                _note_support(place, at, item.document, [answers[at] for answers in found.answers], embed)

    def _embed(self, stack: ExitStack, job: Job) -> support.Embed | None:
        if self._models.embedder is None:
            return None
        try:
            engine = stack.enter_context(
                self._models.lease(
                    self._models.embedder.id, self._models.owner, job.cancelled, job.say, long=True
                )
            )
        except Unavailable:
            return None
        return partial(engine.embed, cancelled=job.cancelled)


def _note_support(
    place: Path, at: int, document: str, answers: Sequence[Answer | None], embed: support.Embed | None
) -> None:
    kept = read_json(place / SUPPORT)
    wanted = [
        (setup, answer.said)
        for setup, answer in enumerate(answers)
        if document and answer and not answer.failed and f"{setup}:{at}" not in kept
    ]
    if not wanted:
        return
    made = support.unsupported(document, [said for _, said in wanted], embed)
    for (setup, _), (count, lost) in zip(wanted, made, strict=True):
        kept[f"{setup}:{at}"] = [count, list(lost)]
    replace_json(place / SUPPORT, kept)


def _note_sentiments(place: Path, found: Evaluation, encoders: Encoders, job: Job) -> None:
    """Of both continuations of every pair. Raises what a lease raises."""
    given = {
        f"{setup}:{at}": (answer.said, answer.second)
        for setup, answers in enumerate(found.answers)
        for at, answer in enumerate(answers)
        if answer and not answer.failed
    }
    flat = [text for pair in given.values() for text in pair]
    each = iter(continuing.sentiments(flat, encoders, job.cancelled, job.say))
    replace_json(place / SENTIMENTS, {key: [next(each), next(each)] for key in given})

"""What a model carries with it: how it was made and whether it is better, as a model card in Markdown.

Knows a run's folder and its report; nothing about weights.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from components.errors import Unavailable
from components.models.catalog import CATALOGUE
from components.training.baselines import BASELINES
from components.training.doctor.findings import KINDS
from components.training.folder import Plan, RunFolder
from components.training.hyperparameters import TITLES
from components.training.report_numbers import WAYS, numbers
from components.training.reported import Report

_OF_LORA = {"rank", "alpha", "dropout"}
_OF_LAYERS = {"last_layers", "gradual"}


def card(folder: RunFolder, name: str, merged: bool = False) -> str:
    """The model card of a run, under the name that it has now: data, settings and the report, as Markdown."""
    return _card(named_plan(folder, name), _told(folder), merged)


def named_plan(folder: RunFolder, name: str) -> Plan:
    """A run may have been renamed since its plan was made."""
    return replace(folder.plan(), name=name)


def hub_name(base_id: str) -> str:
    """What others find a base model by, where it is on the hub; else the app's own name for it."""
    return next((spec.hub_name for spec in CATALOGUE if spec.id == base_id and spec.hub_name), base_id)


def used_settings(plan: Plan) -> dict[str, Any]:
    """The settings that a run's method uses, by name."""
    method = plan.settings.method
    unused = (_OF_LAYERS if method in ("lora", "qlora") else _OF_LORA) | (
        _OF_LAYERS if method == "full" else set()
    )
    if plan.kind != "preference":
        unused = unused | {"beta"}
    return {name: value for name, value in plan.settings.to_json().items() if name not in unused}


def _card(plan: Plan, told: Sequence[str], merged: bool) -> str:
    adapter = plan.settings.method in ("lora", "qlora") and not merged
    lines = [
        "---",
        f"base_model: {hub_name(plan.base_id)}",
        f"library_name: {'peft' if adapter else 'transformers'}",
        "---",
        f"# {plan.name}",
        "",
        f"{plan.base_title}, fine-tuned on {plan.data_name}.",
        "",
        _kind(plan, merged),
        "",
        "## Data",
        "",
        f"- {plan.rows[0]:,} rows trained on, {plan.rows[1]:,} held out; kind: {plan.kind}",
        f"- SHA-256 of both: `{plan.data_digest}`",
        *(f"- repaired: {what}" for what in plan.repaired),
        *(
            f"- left out: {KINDS.get(what, what)} (rows: {rows:,})"
            for what, rows in (plan.dropped or {}).items()
        ),
        "",
        "## Is it better?",
        "",
        *told,
        "",
        "## Settings",
        "",
        "| Setting | Value |",
        "|---|---|",
        *(f"| {TITLES.get(name, name)} | {value} |" for name, value in used_settings(plan).items()),
        f"| Weights of the base | {plan.precision} |",
        "",
        "## Made with",
        "",
        ", ".join(f"{name} {version}" for name, version in (plan.versions or {}).items()),
        "",
    ]
    return "\n".join(lines)


def _kind(plan: Plan, merged: bool) -> str:
    """What the files are, in a sentence."""
    base = hub_name(plan.base_id)
    match plan.settings.method:
        case "lora" | "qlora" if not merged:
            return f"These files are an adapter (LoRA, in PEFT's format): it is used on top of {base}."
        case "lora" | "qlora":
            return f"These files are a whole model: {base} with an adapter (LoRA) merged into its weights."
        case "freeze":
            layers = plan.settings.last_layers
            return (
                f"These files are a whole model, no adapter: the last {layers} layers of {base} were trained."
            )
        case _:
            return f"These files are a whole model, no adapter: all weights of {base} were trained."


def _told(folder: RunFolder) -> list[str]:
    """What the comparison found; of a damaged report, that it is damaged."""
    try:
        return told(folder.report)
    except Unavailable as error:
        return [str(error)]


def told(report: Report | None) -> list[str]:
    """The same in Markdown."""
    if not report:
        return ["It was not compared with its base yet."]
    found = [f"**{report['sentence']}**"]
    if ways := report.get("labels"):
        found += ["", "| way | right (%) | macro F1 (%) | seconds of learning |", "|---|---|---|---|"]
        found += [
            f"| {WAYS[one['name']]} | {100 * (one['accuracy']['value'] or 0):.1f} "
            f"| {100 * one['macro_f1']:.1f} | {one['seconds']:.1f} |"
            for one in ways["ways"]
        ]
    if lines := numbers(report):
        found += ["", "| | base | tuned |", "|---|---|---|"]
        found += [f"| {one.name} | {one.base} | {one.tuned} |" for one in lines]
    if baselines := report.get("baselines"):
        found += ["", "| Without training | right (%) |", "|---|---|"]
        found += [f"| {BASELINES[one['name']]} | {100 * one['right']:.0f} |" for one in baselines]
    if report.get("prompts"):
        found += ["", f"Different prompts among the {report['rows']} held-out rows: {report['prompts']}."]
    if report.get("shared"):
        found += ["", f"Held-out rows whose prompt was also trained on: {report['shared']}."]
    return found

"""What people paste to name a model is understood, and words to search for are left alone."""

import pytest

from components.models.sources.reference import Reference, read

REPO = "Qwen/Qwen3-8B-GGUF"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (REPO, Reference(REPO)),
        (f"  {REPO}:Q4_K_M\n", Reference(REPO, "Q4_K_M")),
        (f"https://huggingface.co/{REPO}", Reference(REPO)),
        (f"huggingface.co/{REPO}/", Reference(REPO)),
        (f"https://huggingface.co/{REPO}/tree/refs%2Fpr%2F4", Reference(REPO, revision="refs/pr/4")),
        (f"https://huggingface.co/{REPO}/tree/v1/", Reference(REPO, revision="v1")),
        (
            f"https://hf.co/{REPO}/blob/main/Qwen3-8B-Q4_K_M.gguf?download=true",
            Reference(REPO, file="Qwen3-8B-Q4_K_M.gguf"),
        ),
        (
            f"https://huggingface.co/{REPO}/resolve/abc/a/b.gguf",
            Reference(REPO, revision="abc", file="a/b.gguf"),
        ),
        (f"ollama run hf.co/{REPO}:Q8_0", Reference(REPO, "Q8_0")),
        (f"llama-server -hf {REPO}", Reference(REPO)),
        (f"hf download {REPO}", Reference(REPO)),
        (f'"{REPO}"', Reference(REPO)),
        (f"`{REPO}`", Reference(REPO)),
        (f"{REPO}@v1", Reference(REPO, revision="v1")),
        (f"llama-cli -hf {REPO}:Q4_K_M -p hello", Reference(REPO, "Q4_K_M")),
        (f"huggingface-cli download {REPO} Qwen3-8B-Q4_K_M.gguf", Reference(REPO)),
        (f"git clone https://huggingface.co/{REPO}.git", Reference(REPO)),
        (f'model = AutoModelForCausalLM.from_pretrained("{REPO}", dtype="auto")', Reference(REPO)),
        (f"https://hub.example.com/models/{REPO}", Reference(REPO)),
    ],
)
def test_a_name_is_read_however_it_was_copied(text: str, meant: Reference):
    assert read(text, "https://hub.example.com") == meant


@pytest.mark.parametrize(
    "text",
    [
        "https://huggingface.co/datasets/a/b",
        "https://huggingface.co/spaces/a/b",
        "chinese and/or english",
        "千问/模型",
        "a/..",
        "",
        "qwen3",
        "small chinese model",
        "https://example.com/a/b",
        "a/b/c",
        "https://[",
        "../etc/passwd",
    ],
)
def test_anything_else_is_left_to_the_search(text: str):
    assert read(text) is None

"""A tiny encoder of BERT's kind, which tests tune, and rows whose labels are plain from their words."""

import random
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

WORDS = {
    "card": ["card", "pin", "machine", "swallowed", "blocked", "bank"],
    "travel": ["flight", "hotel", "train", "ticket", "beach", "journey"],
    "food": ["soup", "bread", "kitchen", "dinner", "recipe", "cheese"],
}


def rows(count: int, several: bool = False) -> list[dict[str, object]]:
    """Texts of three words of their label; with `several`, of two labels now and then."""
    chance, made = random.Random(3), []
    for number in range(count):
        labels = [number % 3, (number + 1) % 3] if several and number % 4 == 0 else [number % 3]
        words = [word for label in labels for word in chance.sample(list(WORDS.values())[label], 3)]
        made.append({"text": f"my {' '.join(words)} today", "labels": labels})
    return made


def make_encoder(folder: Path) -> Path:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    words = [*special, "my", "today", *(word for of_label in WORDS.values() for word in of_label)]
    cut = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]"))
    cut.pre_tokenizer = pre_tokenizers.Whitespace()
    cut.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token"), special, strict=True))
    PreTrainedTokenizerFast(tokenizer_object=cut, **names).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder)
    return folder

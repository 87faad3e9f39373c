"""What a model from nothing is made of: a vocabulary learned from the text, weights drawn at random.

Knows torch, transformers, tokenizers and sentencepiece. Vocabulary and configuration are transformers' own,
but for the LSTM's, so that the result is a model folder like any other.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from components.models.engines.recurrent import RecurrentConfig, RecurrentForCausalLM
from components.training.design import Design, dimensions

END, UNKNOWN = "<|end|>", "<|unknown|>"
CHUNK = 20_000  # characters that are given to the tokenizer at once


def make_tokenizer(text: str, design: Design) -> Any:
    """A tokenizer of transformers whose vocabulary is this text's."""
    from transformers import PreTrainedTokenizerFast

    made = _of_characters(text) if design.vocabulary == "characters" else _of_pieces(text, design.pieces)
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        eos_token=END,
        pad_token=END,
        unk_token=UNKNOWN,
        clean_up_tokenization_spaces=False,
    )


def _of_characters(text: str) -> Any:
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

    vocabulary = {one: number for number, one in enumerate([END, UNKNOWN, *sorted(set(text))])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    made.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    made.decoder = decoders.Fuse()
    return made


def _of_pieces(text: str, pieces: int) -> Any:
    """sentencepiece learns the pieces; tokenizers reads them as transformers' own models have them."""
    import sentencepiece
    from tokenizers import Tokenizer, decoders, models, normalizers
    from transformers.convert_slow_tokenizer import generate_merges

    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(line for line in text.split("\n") if line.strip()),
        model_writer=written,
        model_type="bpe",
        vocab_size=pieces,
        hard_vocab_limit=False,
        byte_fallback=True,
        character_coverage=1.0 if len(set(text)) < pieces // 4 else 0.9995,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        add_dummy_prefix=False,
        bos_id=-1,
        eos_id=1,
        eos_piece=END,
        unk_id=0,
        unk_piece=UNKNOWN,
        max_sentence_length=100_000,
        num_threads=1,
        minloglevel=2,
    )
    model = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    names = [model.id_to_piece(number) for number in range(model.get_piece_size())]
    vocabulary = {name: number for number, name in enumerate(names)}
    scores = [(name, model.get_score(n)) for n, name in enumerate(names) if not model.is_byte(n) and n > 1]
    made = Tokenizer(
        models.BPE(
            vocabulary,
            generate_merges(vocabulary, scores),
            unk_token=UNKNOWN,
            fuse_unk=True,
            byte_fallback=True,
        )
    )
    made.normalizer = normalizers.Replace(" ", "▁")
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    return made


def encode(tokenizer: Any, text: str) -> torch.Tensor:
    """The ids of a long text, piece by piece at line ends."""
    ids: list[int] = []
    for part in _chunks(text):
        ids += tokenizer(part, add_special_tokens=False, verbose=False)["input_ids"]
    return torch.tensor(ids, dtype=torch.long)


def _chunks(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        end = text.find("\n", min(at + CHUNK, len(text)))
        end = len(text) if end < 0 else end + 1
        yield text[at:end]
        at = end


def make_model(design: Design, vocabulary: int, context: int, seed: int) -> Any:
    """Weights at random, the same for the same seed."""
    from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

    size = dimensions(design, vocabulary, context)
    torch.manual_seed(seed)
    if design.kind == "lstm":
        return RecurrentForCausalLM(
            RecurrentConfig(vocabulary, size.width, size.layers, design.dropout, context)
        )
    if design.kind == "llama":
        return LlamaForCausalLM(
            LlamaConfig(
                vocab_size=vocabulary,
                hidden_size=size.width,
                intermediate_size=-(-8 * size.width // 3 // 32) * 32,
                num_hidden_layers=size.layers,
                num_attention_heads=size.heads,
                num_key_value_heads=size.heads,
                max_position_embeddings=context,
                attention_dropout=design.dropout,
                tie_word_embeddings=True,
                bos_token_id=None,
                eos_token_id=None,
            )
        )
    return GPT2LMHeadModel(
        GPT2Config(
            vocab_size=vocabulary,
            n_positions=context,
            n_embd=size.width,
            n_layer=size.layers,
            n_head=size.heads,
            resid_pdrop=design.dropout,
            embd_pdrop=design.dropout,
            attn_pdrop=design.dropout,
            bos_token_id=None,
            eos_token_id=None,
        )
    )


@torch.no_grad()
def write(model: Any, tokenizer: Any, beginning: str, tokens: int, context: int, seed: int) -> str:
    """What a model goes on with, drawn by its chances at temperature 0.8; the same for the same seed."""
    ids = encode(tokenizer, beginning)[-context // 2 :] if beginning else torch.tensor([2])
    chance = torch.Generator().manual_seed(seed)
    was = model.training
    model.eval()
    for _ in range(tokens):
        logits = model(input_ids=ids[None, -context:]).logits[0, -1].float() / 0.8
        ids = torch.cat([ids, torch.multinomial(logits.softmax(-1), 1, generator=chance)])
    model.train(was)
    return str(tokenizer.decode(ids, skip_special_tokens=True))


def folder_of(path: Path) -> Path:
    """Where the vocabulary of a run is."""
    return path / "vocabulary"

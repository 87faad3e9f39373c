"""Small real translation models that the tests make: Marian, M2M100, NLLB, T5, with sentencepiece vocabularies.

They are loaded and run by the same code as the large ones; their text is nonsense.
"""

import json
from pathlib import Path

TEXT = [
    "The quick brown fox jumps over the lazy dog. Hello, how are you? The house is red and the garden is green.",
    "Olá, como você está? A casa é vermelha e o jardim é verde. O gato dorme na cadeira velha da cozinha.",
] * 40


def _sentencepiece(folder: Path, name: str, size: int = 120, symbols: tuple[str, ...] = ()) -> Path:
    import sentencepiece

    folder.mkdir(parents=True, exist_ok=True)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT),
        model_prefix=str(folder / name),
        vocab_size=size,
        user_defined_symbols=list(symbols),
        pad_id=3,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    (folder / f"{name}.vocab").unlink()
    return folder / f"{name}.model"


def _pieces(path: Path) -> list[str]:
    import sentencepiece

    model = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return [model.id_to_piece(i) for i in range(model.get_piece_size())]


def make_marian(folder: Path, codes: tuple[str, ...] = (), target: str = "de") -> Path:
    """As OPUS-MT: source.spm, target.spm, vocab.json; from English. `codes` of a model with several targets."""
    import torch
    from transformers import MarianConfig, MarianMTModel, MarianTokenizer

    torch.manual_seed(0)
    raw = _sentencepiece(folder / "raw", "sp")
    pieces = [
        "</s>",
        "<unk>",
        *codes,
        *(p for p in _pieces(raw) if p not in ("</s>", "<unk>", "<s>", "<pad>")),
        "<pad>",
    ]
    vocab = folder / "raw" / "vocab.json"
    vocab.write_text(json.dumps({piece: i for i, piece in enumerate(pieces)}), "utf-8")
    tokenizer = MarianTokenizer(str(raw), str(raw), str(vocab), source_lang="en", target_lang=target)
    pad = len(pieces) - 1
    config = MarianConfig(
        vocab_size=len(pieces),
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        max_position_embeddings=128,
        pad_token_id=pad,
        eos_token_id=0,
        decoder_start_token_id=pad,
        forced_eos_token_id=0,
    )
    MarianMTModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def make_m2m100(folder: Path) -> Path:
    """As M2M100: one sentencepiece vocabulary and a hundred language tokens."""
    import torch
    from transformers import M2M100Config, M2M100ForConditionalGeneration, M2M100Tokenizer

    torch.manual_seed(0)
    raw = _sentencepiece(folder / "raw", "sp")
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    pieces = [*special, *(p for p in _pieces(raw) if p not in special)]
    vocab = folder / "raw" / "vocab.json"
    vocab.write_text(json.dumps({piece: i for i, piece in enumerate(pieces)}), "utf-8")
    tokenizer = M2M100Tokenizer(str(vocab), str(raw))
    config = M2M100Config(
        vocab_size=len(pieces) + 108,
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        max_position_embeddings=128,
    )
    M2M100ForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def make_nllb(folder: Path) -> Path:
    """As NLLB-200 on the hub: a sentencepiece BPE, tokenizer.json with 202 language tokens after it."""
    import sentencepiece
    import torch
    from transformers import M2M100Config, M2M100ForConditionalGeneration, NllbTokenizer
    from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES

    torch.manual_seed(0)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "raw").mkdir()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT),
        model_prefix=str(folder / "raw" / "sp"),
        vocab_size=200,
        model_type="bpe",
        hard_vocab_limit=False,
        minloglevel=2,
    )
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    pieces = [*special, *(p for p in _pieces(folder / "raw" / "sp.model") if p not in special)]
    vocab = {piece: i for i, piece in enumerate(pieces)}
    merges = [
        (piece[:at], piece[at:])
        for piece in pieces[4:]
        for at in range(1, len(piece))
        if piece[:at] in vocab and piece[at:] in vocab
    ]
    NllbTokenizer(
        vocab=vocab, merges=merges, additional_special_tokens=FAIRSEQ_LANGUAGE_CODES
    ).save_pretrained(folder)
    config = M2M100Config(
        vocab_size=len(pieces) + len(FAIRSEQ_LANGUAGE_CODES) + 2,
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        max_position_embeddings=128,
    )
    M2M100ForConditionalGeneration(config).save_pretrained(folder)
    return folder


def make_t5(folder: Path, madlad: bool = True) -> Path:
    """As MADLAD-400: T5 with a token for each target language; or plain T5."""
    import torch
    from transformers import AutoTokenizer, T5Config, T5ForConditionalGeneration

    torch.manual_seed(0)
    symbols = ("<2en>", "<2pt>", "<2de>") if madlad else ()
    raw = _sentencepiece(folder / "raw", "spiece", 120, symbols)
    (folder / "spiece.model").write_bytes(raw.read_bytes())
    settings = {"tokenizer_class": "T5Tokenizer", "extra_ids": 0}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=16,
        d_kv=8,
        d_ff=32,
        num_layers=1,
        num_heads=2,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.pad_token_id,
    )
    T5ForConditionalGeneration(config).save_pretrained(folder)
    return folder

"""Small real models that the tests make: a Llama with two layers and a byte-level tokenizer.

They are loaded, run and stored by the same code as the large ones; their text is nonsense.
"""

from pathlib import Path

CHAT_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TEXT = [
    "The quick brown fox jumps over the lazy dog. Once upon a time in a faraway land, there lived a king.",
    "Hello, how are you? I am fine, thank you. 你好，世界。😀👩‍👩‍👧 café naïve résumé",
] * 20


def make_tokenizer(chat: bool = True):
    """A byte-level BPE tokenizer with ChatML's control tokens."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    raw.train_from_iterator(TEXT, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, eos_token="<|im_end|>", bos_token="<|im_start|>", pad_token="<|endoftext|>"
    )
    if chat:
        tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


def make_llama(
    folder: Path, context: int = 512, chat: bool = True, end: bool = True, intermediate: int = 64
) -> Path:
    """A folder in Hugging Face format. With `end` false, it never ends an answer by itself.

    `intermediate`: the values that a token becomes inside of a layer, 4 bytes each; more of them cost memory.
    """
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    tokenizer = make_tokenizer(chat)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=intermediate,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    if not end:
        with torch.no_grad():
            model.lm_head.weight[tokenizer.eos_token_id] = 0
            model.lm_head.weight[tokenizer.pad_token_id] = 0
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder

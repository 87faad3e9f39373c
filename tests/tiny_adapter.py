"""Small LoRA adapters that the tests make for the small models, with matrices that change what is said."""

from pathlib import Path


def make_adapter(base: Path, folder: Path, seed: int = 1, rank: int = 4, seq2seq: bool = False) -> Path:
    """As PEFT saves one. Its matrices are random and large, so that the model says something else."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

    torch.manual_seed(seed)
    kind = AutoModelForSeq2SeqLM if seq2seq else AutoModelForCausalLM
    task = "SEQ_2_SEQ_LM" if seq2seq else "CAUSAL_LM"
    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type=task)
    model = get_peft_model(kind.from_pretrained(base), config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_B" in name:
                weight.copy_(torch.randn_like(weight))
    model.save_pretrained(folder)
    return folder

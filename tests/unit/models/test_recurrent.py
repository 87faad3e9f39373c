"""An LSTM is used like other models: its state is a cache that can be gone on from, and shortened."""

import torch
from transformers import AutoModelForCausalLM, DynamicCache

from components.models.engines.recurrent import RecurrentConfig, RecurrentForCausalLM


def test_an_lstm_writes_the_same_with_its_cache_as_without_and_is_loaded_by_its_folder(tmp_path):
    torch.manual_seed(0)
    RecurrentForCausalLM(RecurrentConfig(50, 16, 2)).save_pretrained(tmp_path)
    model = AutoModelForCausalLM.from_pretrained(tmp_path).eval()
    ids = torch.randint(0, 50, (2, 12))
    cache = DynamicCache(config=model.config)
    with torch.no_grad():
        whole = model(input_ids=ids).logits
        first = model(input_ids=ids[:, :7], past_key_values=cache, use_cache=True).logits
        last = model(input_ids=ids[:, 7:], past_key_values=cache, use_cache=True, logits_to_keep=1).logits
        assert cache.get_seq_length() == 12
        cache.crop(-4)
        again = model(input_ids=ids[:, 8:], past_key_values=cache, use_cache=True).logits
        states = model(input_ids=ids, output_hidden_states=True).hidden_states
    torch.testing.assert_close(first, whole[:, :7])
    torch.testing.assert_close(last, whole[:, -1:])
    torch.testing.assert_close(again, whole[:, 8:])
    assert [one.shape for one in states] == [(2, 12, 16)] * 3

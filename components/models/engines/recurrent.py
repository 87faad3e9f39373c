"""An LSTM as a model of transformers, so that what is trained from nothing is used like any other model.

Knows torch and transformers. An LSTM's state after a token is all that the next one needs. In the cache each
token has its state, as the keys and values of other models:

    keys[:, 0, n]  what a layer gives out after token n      values[:, 0, n]  its cell after token n

Long Short-Term Memory (Hochreiter, Schmidhuber 1997); the gates are in torch's order.
"""

from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, AutoModelForCausalLM, GenerationMixin, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutputWithPast


class RecurrentConfig(PretrainedConfig):
    """Sizes; `max_position_embeddings` is how many tokens it has been trained on at once."""

    model_type = "wordbench_lstm"

    def __init__(
        self,
        vocab_size: int = 100,
        hidden_size: int = 32,
        num_hidden_layers: int = 1,
        dropout: float = 0.0,
        max_position_embeddings: int = 128,
        **more: Any,
    ) -> None:
        self.vocab_size, self.hidden_size, self.num_hidden_layers = vocab_size, hidden_size, num_hidden_layers
        self.dropout, self.max_position_embeddings = dropout, max_position_embeddings
        super().__init__(**more)


class RecurrentForCausalLM(PreTrainedModel, GenerationMixin):
    """Predicts the next token; its embedding is also its last layer."""

    config_class = RecurrentConfig

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__(config)
        width, layers = config.hidden_size, config.num_hidden_layers
        self.embedding = nn.Embedding(config.vocab_size, width)
        self.inner = nn.LSTM(
            width, width, layers, batch_first=True, dropout=config.dropout if layers > 1 else 0.0
        )
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
        elif isinstance(module, nn.LSTM):
            module.reset_parameters()

    def get_input_embeddings(self) -> nn.Module:
        return self.embedding

    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        past_key_values: Any = None,
        use_cache: bool | None = None,
        inputs_embeds: torch.Tensor | None = None,
        logits_to_keep: int = 0,
        output_hidden_states: bool = False,
        **more: Any,
    ) -> CausalLMOutputWithPast:
        """Logits of (texts, tokens, vocabulary). Texts of different lengths in one batch are padded at their
        ends, since a state goes on over what is before it.
        """
        read = self.embedding(input_ids) if inputs_embeds is None else inputs_embeds
        cache = past_key_values if use_cache is not False else None
        if cache is None and not output_hidden_states:
            said, states = self.inner(read)[0], None
        else:
            said, states = self._step_by_step(read, cache)
        kept = said[:, -logits_to_keep:] if logits_to_keep else said
        return CausalLMOutputWithPast(
            logits=kept @ self.embedding.weight.T,
            past_key_values=cache,
            hidden_states=states if output_hidden_states else None,
        )

    def _step_by_step(self, read: torch.Tensor, cache: Any) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
        """What the last layer gives out, and every layer's; each token's state goes into the cache."""
        states = [read]
        for layer in range(self.config.num_hidden_layers):
            given, cells = self._layer(states[-1], layer, _last(cache, layer, read))
            states.append(given)
            if cache is not None:
                cache.update(given[:, None], cells[:, None], layer)
        return states[-1], tuple(states)

    def _layer(
        self, read: torch.Tensor, layer: int, state: tuple[torch.Tensor, torch.Tensor]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """A layer's output and cell after each token."""
        weights = {name: getattr(self.inner, f"{name}_l{layer}") for name in ("weight_ih", "weight_hh")}
        bias = getattr(self.inner, f"bias_ih_l{layer}") + getattr(self.inner, f"bias_hh_l{layer}")
        mine = read @ weights["weight_ih"].T + bias
        given, cell = state
        all_given, all_cells = [], []
        for n in range(read.shape[1]):
            gates = mine[:, n] + given @ weights["weight_hh"].T
            into, forget, new, out = gates.chunk(4, dim=-1)
            cell = forget.sigmoid() * cell + into.sigmoid() * new.tanh()
            given = out.sigmoid() * cell.tanh()
            all_given.append(given)
            all_cells.append(cell)
        return torch.stack(all_given, 1), torch.stack(all_cells, 1)


def _last(cache: Any, layer: int, like: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """A layer's state after all that was read; zeros before the first token."""
    if cache is not None and cache.get_seq_length(layer):
        kept = cache.layers[layer]
        return kept.keys[:, 0, -1], kept.values[:, 0, -1]
    zero = torch.zeros(like.shape[0], like.shape[-1], dtype=like.dtype, device=like.device)
    return zero, zero


AutoConfig.register(RecurrentConfig.model_type, RecurrentConfig, exist_ok=True)
AutoModelForCausalLM.register(RecurrentConfig, RecurrentForCausalLM, exist_ok=True)

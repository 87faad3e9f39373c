"""The engines, in processes of their own: with the training program, the only part that knows torch.

`host` reads requests and sends answers. `step_loop` runs all work of a process on one thread, each
generation one step in turn. `answer_steps` takes a generation from tokens to text over a `Batch`: `causal`
(turns), `continuous_batch` (one batch, on a card) or `openvino`. `embedder`, `use_multilingual`, `seq2seq`
and `bergamot` have work of another kind. `conversion` and `export` are programs that prepare a model's
files.
"""

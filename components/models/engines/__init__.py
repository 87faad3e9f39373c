"""The engines, in processes of their own: with the training program, the only part that knows torch.

`host` reads requests and sends answers. `steps` runs all work of a process on one thread, each generation one
step in turn. `answering` takes a generation from tokens to text over a `Batch`: `causal` (turns), `batching`
(one batch, on a card) or `openvino`. `embedding`, `use_multilingual`, `seq2seq` and `bergamot` have work of
another kind.
`conversion` and `export` are programs that prepare a model's files.
"""

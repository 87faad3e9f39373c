"""A program: llama.cpp's own server on loopback, from a wheel, for the tests.

    python -m tests.llama_server FILE.gguf CONTEXT KEY

Prints its address, and serves until it is killed.
"""

import sys
import threading

import xllamacpp

parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.model_alias = {"smol"}
parameters.n_ctx = int(sys.argv[2])
parameters.n_parallel = 2
parameters.kv_unified = True  # both requests may use all of the context
# One thread: two wait for each other in a loop, which is a hundred times slower on a machine that is busy.
parameters.cpuparams.n_threads = 1
parameters.cpuparams_batch.n_threads = 1
parameters.api_keys = [sys.argv[3]]
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
threading.Event().wait()

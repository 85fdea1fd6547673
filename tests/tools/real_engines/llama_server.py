"""llama.cpp's server, run by the Python of its own environment (``install.py``).

    python llama_server.py '{"model": "FILE.gguf", "port": 8080, "settings": {"api_keys": ["…"]}}'

Ends when its standard input closes, so that no server outlives the test that started it.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main(wanted: dict[str, Any]) -> None:
    """Serve one model until standard input closes. ``settings`` are fields of llama.cpp's ``common_params``."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = wanted["model"]
    params.hostnames = ["127.0.0.1"]
    params.port = wanted["port"]
    params.n_ctx = 1024
    params.n_parallel = 1
    params.warmup = False
    params.cpuparams.n_threads = 1  # more of them spin where other work runs, and take ten times as long
    params.cpuparams_batch.n_threads = 1
    for name, value in wanted["settings"].items():
        setattr(params, name, value)
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

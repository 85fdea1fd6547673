"""What a library raises becomes one sentence that says what to do."""

from __future__ import annotations

import pytest
from modelcheck.probe.worker import reason

FULL = "the GPU's memory is full: free some of it, or --device cpu"
HOST = "it does not fit into memory, or its config describes a larger model than its weights hold"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 139 GiB"), FULL),
        (RuntimeError("CUDA error: out of memory\nCUDA kernel errors might be reported asynchronously"), FULL),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), FULL),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory"), HOST),
        (MemoryError(), HOST),
        (ValueError("run it with trust_remote_code=True"), "it needs Python code of the checkpoint's own: look at it, then"),
        (KeyError("odd"), "transformers could not run it: 'odd'"),
        (RuntimeError("\n\n  first\nsecond"), "transformers could not run it: first"),
        (RuntimeError(), "transformers could not run it: RuntimeError"),
    ],
)
def test_reason(error: Exception, says: str) -> None:
    assert reason(error).startswith(says)

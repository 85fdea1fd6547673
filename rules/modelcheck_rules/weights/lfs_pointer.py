from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, LfsPointers, rule


@rule(severity="error", since="0.1")
def lfs_pointer(pointers: LfsPointers) -> Iterator[Finding]:
    """A file holds a pointer of git-lfs in place of its content.

    The repository was cloned, or committed, without git-lfs: some 130 bytes that name the file stand where the weights
    should. Loading fails with a message about headers or pickles.

    ## Bad

    ```json config.json
    {"model_type": "llama"}
    ```

    ```text model.safetensors
    version https://git-lfs.github.com/spec/v1
    oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
    size 4976698672
    ```

    ## Good

    ```json config.json
    {"model_type": "llama"}
    ```

    ```safetensors model.safetensors
    a U8 1
    ```

    ## Fix

    Run `git lfs install` and `git lfs pull`. A publisher uploads again with `hf upload`, or with git-lfs installed.
    """
    for path in pointers.paths[:1]:
        so = f" and {len(pointers.paths) - 1} more hold pointers" if len(pointers.paths) > 1 else " holds a pointer"
        yield Finding(f"{path}{so} of git-lfs: run `git lfs pull`", at=pointers.at(path))

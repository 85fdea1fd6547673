from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, LfsPointers, rule


@rule(severity="error", since="0.1")
def lfs_pointer(pointers: LfsPointers) -> Iterator[Finding]:
    """A file contains a git-lfs pointer instead of its content.

    The repository was cloned or committed without git-lfs, so the file has about 130 bytes that identify the content instead of the
    weights. Loading fails with an error about headers or pickles.

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

    Run `git lfs install` and `git lfs pull`. If you publish the repository, upload the files again with `hf upload` or with git-lfs
    installed.
    """
    for path in pointers.paths[:1]:
        count = len(pointers.paths)
        what = f"{path} and {count - 1} more are git-lfs pointers" if count > 1 else f"{path} is a git-lfs pointer"
        yield Finding(f"{what}, not the content: run `git lfs pull`", at=pointers.at(path))

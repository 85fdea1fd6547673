from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, lazy, rule

_PART = lazy(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf")


@rule(severity="error", since="0.1")
def gguf_part_missing(listing: FileListing) -> Iterator[Finding]:
    """A part of a split GGUF file is not there.

    llama.cpp opens the first part, looks for all of them by their names, and refuses to load the model. The Hub's cache, which
    holds only what was asked for, is not judged.

    ## Bad

    ```gguf thing-Q8_0-00001-of-00002.gguf
    token_embd.weight F32 4x8
    ```

    ## Good

    ```gguf thing-Q8_0-00001-of-00002.gguf
    token_embd.weight F32 4x8
    ```

    ```gguf thing-Q8_0-00002-of-00002.gguf
    output.weight F32 4x8
    ```

    ## Fix

    Upload the part that is missing, or split the file again in one go.
    """
    parts: dict[tuple[str, int], set[int]] = {}
    for path in listing.sizes if listing.complete else ():
        found = _PART.fullmatch(path)
        if found:
            parts.setdefault((found["stem"], int(found["count"])), set()).add(int(found["number"]))
    for (stem, count), there in sorted(parts.items()):
        missing = [number for number in range(1, count + 1) if number not in there]
        if missing:
            more = f", of its {count} parts {len(missing)} are missing" if len(missing) > 1 else ""
            name = f"{stem}-{missing[0]:05}-of-{count:05}.gguf"
            yield Finding(f"{name} is not there{more}", at=listing.at(f"{stem}-{min(there):05}-of-{count:05}.gguf"))

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, lazy, rule

_PART = lazy(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf")


@rule(severity="error", since="0.1")
def gguf_part_missing(listing: FileListing) -> Iterator[Finding]:
    """A part of a split GGUF file is missing.

    llama.cpp opens the first part, looks for the others by name, and refuses to load the model if one is missing. The Hub cache
    contains only the files that were requested, so it is not checked.

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

    Upload the missing part, or split the file again.
    """
    parts: dict[tuple[str, int], set[int]] = {}
    for path in listing.sizes if listing.complete else ():
        found = _PART.fullmatch(path)
        if found:
            parts.setdefault((found["stem"], int(found["count"])), set()).add(int(found["number"]))
    for (stem, count), present in sorted(parts.items()):
        missing = [number for number in range(1, count + 1) if number not in present]
        if missing:
            more = f" and {len(missing) - 1} more of {count} parts are missing" if len(missing) > 1 else " is missing"
            name = f"{stem}-{missing[0]:05}-of-{count:05}.gguf"
            yield Finding(f"{name}{more}", at=listing.at(f"{stem}-{min(present):05}-of-{count:05}.gguf"))

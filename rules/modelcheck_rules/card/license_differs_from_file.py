from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, LicenseFile, ModelCard, lazy, rule

_KNOWN = lazy(
    r"mit|apache-2\.0|bsd(-[23]-clause)?|unlicense|llama[234](\.\d)?|gemma|(a|l)?gpl(-[23]\.0)?|mpl-2\.0|cc-by(-nc|-sa|-nd)*-[34]\.0"
)


def _agree(stated: str, found: str) -> bool:
    """Return whether both are the same license, or one of them a family of licenses that contains the other."""
    return stated == found or found.startswith(f"{stated}-") or stated.startswith(f"{found}-")


@rule(severity="warning", since="0.1")
def license_differs_from_file(card: ModelCard, file: LicenseFile) -> Iterator[Finding]:
    """The card states another license than the LICENSE file.

    The Hub shows and filters by the card's license, users read the file. If they differ, it is unknown which terms apply. A usual
    cause is a LICENSE file that came with the code. The rule compares well-known licenses only; `license: other`, several licenses
    and several license files are not reported.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    ---
    # Thing
    ```

    ```text LICENSE
                                     Apache License
                               Version 2.0, January 2004
                            http://www.apache.org/licenses/
    ```

    ## Good

    ```markdown README.md
    ---
    license: apache-2.0
    ---
    # Thing
    ```

    ```text LICENSE
                                     Apache License
                               Version 2.0, January 2004
                            http://www.apache.org/licenses/
    ```

    ## Fix

    Correct the card or the file. If the code and the weights have different licenses, name the files after what they cover
    (`LICENSE-CODE`, `LICENSE-MODEL`).
    """
    stated = card.texts("license")
    if len(stated) == 1 and _KNOWN.fullmatch(stated[0].lower()) and not _agree(stated[0].lower(), file.license):
        yield Finding(f"the card's license is {stated[0]}, but {file.path} is the text of {file.license}", at=card.at("license"))

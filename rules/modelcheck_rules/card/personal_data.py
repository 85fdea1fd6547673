from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, ModelCard, lazy, rule


def _iban(text: str) -> bool:
    plain = text.replace(" ", "")
    rotated = plain[4:] + plain[:4]
    return 15 <= len(plain) <= 34 and int("".join(str(int(digit, 36)) for digit in rotated)) % 97 == 1


def _luhn(text: str) -> bool:
    digits = [int(digit) for digit in text if digit.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return len(set(digits)) > 3 and sum(doubled) % 10 == 0


def _ssn(text: str) -> bool:
    return text[:3] not in ("000", "666") and text[0] != "9" and text[4:6] != "00"


_KINDS = (
    ("a bank account number (IBAN)", lazy(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"), _iban),
    ("a payment card number", lazy(r"\b[3-6]\d{3}([ -])\d{4}\1\d{4}\1\d{4}\b"), _luhn),
    ("a US social security number", lazy(r"(?i)(?<=ssn[: ])\d{3}-\d{2}-\d{4}\b", words=("ssn",)), _ssn),
)


@rule(severity="warning", since="0.1")
def personal_data(card: ModelCard) -> Iterator[Finding]:
    """The card contains a personal number, such as a bank account number.

    The rule looks for bank account numbers (IBAN), payment card numbers and US social security numbers. It reports the first
    two only if their check digits are correct, and the third only in its exact form.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    ---
    Write to the account GB82 WEST 1234 5698 7654 32.
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    ---
    The order 1234 5698 7654 was the first.
    ```

    ## Fix

    Remove the number. It remains in the repository's history.
    """
    for number, line in card.lines():
        for what, pattern, fits in _KINDS:
            found = pattern.search(line)
            if found and fits(found.group()):
                yield Finding(f"this looks like {what}", at=card.on_line(number), confidence=Confidence.MEDIUM)
                return

"""The functions of Go templates and sprig that make texts. A part that is a copy of a value keeps the place of that value."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable

from modelcheck.documents.go_template.data import (
    MAX_TEXT,
    Unfit,
    Value,
    equal,
    integer,
    kind_of,
    plain,
    text_of,
    truth,
    values_of,
    written,
)
from modelcheck.documents.go_template.traced import Text, indented, joined, split
from modelcheck.documents.go_template.yaml_text import to_json, to_yaml
from modelcheck.patterns import lazy

_VERB = lazy(r"%(?:%|(?P<flags>[-+# 0]*)(?P<width>\d{0,3})(?:\.(?P<precision>\d{1,2}))?(?P<verb>[a-zA-Z]))")
_CAPITAL = lazy(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def _fits(size: int) -> None:
    if size > MAX_TEXT:
        raise Unfit


def as_text(value: Value) -> Text:
    """``toString``."""
    found = plain(value)
    if found is None:
        raise Unfit
    return to_json(value) if isinstance(found, list | dict) else written(value)


def quoted(*values: Value) -> Text:
    """``quote``: each value in quotation marks, nil left out. Nil alone is a value that nobody set."""
    pieces = list[Text]()
    for value in values:
        text = as_text(value)
        inner = text.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        pieces += [Text(' "' if pieces else '"'), text.made(inner), Text('"')]
    return joined(pieces)


def single_quoted(*values: Value) -> Text:
    """``squote``."""
    pieces = list[Text]()
    for value in values:
        pieces += [Text(" '" if pieces else "'"), as_text(value), Text("'")]
    return joined(pieces)


def indent(blanks: Value, value: Value) -> Text:
    """``indent``: every line after so many blanks."""
    text, count = text_of(value), integer(blanks)
    if not 0 <= count <= 1000:
        raise Unfit
    _fits(len(text.text) + count * (text.text.count("\n") + 1))
    return indented(text, count)


def nindent(blanks: Value, value: Value) -> Text:
    """``nindent``: a line end, then ``indent``."""
    return joined((Text("\n"), indent(blanks, value)))


def trim(value: Value) -> Text:
    """``trim``."""
    text = text_of(value)
    return text.stripped(text.text.strip())


def trim_all(characters: Value, value: Value) -> Text:
    """``trimAll``."""
    text = text_of(value)
    return text.stripped(text.text.strip(text_of(characters).text))


def trim_prefix(prefix: Value, value: Value) -> Text:
    """``trimPrefix``."""
    text, start = text_of(value), text_of(prefix).text
    return text.cut(len(start), len(text.text)) if text.text.startswith(start) else text


def trim_suffix(suffix: Value, value: Value) -> Text:
    """``trimSuffix``."""
    text, end = text_of(value), text_of(suffix).text
    return text.cut(0, len(text.text) - len(end)) if end and text.text.endswith(end) else text


def trunc(length: Value, value: Value) -> Text:
    """``trunc``: the first characters, or the last ones for a negative number."""
    text, count = text_of(value), integer(length)
    return text.cut(0, count) if count >= 0 else text.cut(len(text.text) + count, len(text.text))


def substring(start: Value, end: Value, value: Value) -> Text:
    """``substr``."""
    text, first, last = text_of(value), integer(start), integer(end)
    return text.cut(max(first, 0), len(text.text) if last < 0 else last)


def replace(old: Value, new: Value, value: Value) -> Text:
    """``replace``: what is not replaced keeps its place."""
    text, before, after = text_of(value), text_of(old).text, text_of(new)
    if not before or before not in text.text:
        return text
    _fits(len(text.text) + text.text.count(before) * len(after.text))
    if not text.parts and not after.parts:
        return Text(text.text.replace(before, after.text))
    return _with_between(after, split(text, before))


def repeat(count: Value, value: Value) -> Text:
    """``repeat``."""
    text, times = text_of(value), max(0, integer(count))
    _fits(len(text.text) * times)
    return Text(text.text * times)


def join(separator: Value, value: Value) -> Text:
    """``join``."""
    between = text_of(separator)
    try:
        pieces = [as_text(one) for one in values_of(value)]
    except Unfit:
        return as_text(value)
    _fits(sum(len(one.text) + len(between.text) for one in pieces))
    return _with_between(between, pieces)


def _with_between(between: Text, pieces: list[Text]) -> Text:
    return joined(one for place, piece in enumerate(pieces) for one in ((between, piece) if place else (piece,)))


def split_list(separator: Value, value: Value) -> list[Value]:
    """``splitList``."""
    return [*split(text_of(value), text_of(separator).text)]


def split_map(separator: Value, value: Value) -> dict[str, Value]:
    """``split``: the pieces as ``_0``, ``_1`` …"""
    return {f"_{place}": piece for place, piece in enumerate(split(text_of(value), text_of(separator).text))}


def split_n(separator: Value, count: Value, value: Value) -> dict[str, Value]:
    """``splitn``."""
    text, mark, most = text_of(value), text_of(separator).text, integer(count)
    made, start = dict[str, Value](), 0
    while mark and len(made) < most - 1 and (found := text.text.find(mark, start)) >= 0:
        made[f"_{len(made)}"] = text.cut(start, found)
        start = found + len(mark)
    return made | {f"_{len(made)}": text.cut(start, len(text.text))}


def concatenated(*values: Value) -> Text:
    """``cat``: with blanks between."""
    return join(Text(" "), [value for value in values if plain(value) is not None])


def printed(*values: Value) -> Text:
    """``print``: blanks only between values neither of which is a text."""
    pieces = list[Text]()
    for place, value in enumerate(values):
        if place and "string" not in (kind_of(value), kind_of(values[place - 1])):
            pieces.append(Text(" "))
        pieces.append(as_text(value))
    return joined(pieces)


def printed_line(*values: Value) -> Text:
    """``println``."""
    return joined((concatenated(*values), Text("\n")))


def formatted(form: Value, *values: Value) -> Text:
    """``printf``: %s, %v, %d, %q, %f, %t with width and precision. Raises Unfit for others."""
    text, rest = text_of(form), list(values)
    pieces, cursor = list[Text](), 0
    for found in _VERB.finditer(text.text):
        pieces.append(text.cut(cursor, found.start()))
        cursor = found.end()
        if found.group() == "%%":
            pieces.append(Text("%"))
            continue
        if not rest:
            raise Unfit
        pieces.append(_formatted(found, rest.pop(0)))
    if rest or "%" in text.text[cursor:]:
        raise Unfit
    return joined((*pieces, text.cut(cursor, len(text.text))))


def _formatted(found: re.Match[str], value: Value) -> Text:
    flags, width, precision, verb = found.group("flags", "width", "precision", "verb")
    scalar = plain(value)
    whole = isinstance(scalar, int | float) and not isinstance(scalar, bool)
    if verb in "sv" and (verb == "v" or isinstance(scalar, Text)):
        made = as_text(value)
    elif verb == "q":
        made = quoted(text_of(value))
    elif (verb == "d" and whole) or (verb == "t" and isinstance(scalar, bool)):
        made = written(value)
    elif verb == "f" and isinstance(scalar, int | float):
        made = Text(f"{scalar:.{precision or 6}f}")
    else:
        raise Unfit
    if precision and verb == "s":
        made = made.cut(0, int(precision))
    missing = int(width or 0) - len(made.text)
    if missing <= 0:
        return made
    padding = Text(("0" if "0" in flags and verb in "df" else " ") * missing)
    return joined((made, padding) if "-" in flags else (padding, made))


def _mapped(change: Callable[[str], str]) -> Callable[[Value], Text]:
    def function(value: Value) -> Text:
        text = text_of(value)
        return text.made(change(text.text))

    return function


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        raise Unfit from None


def _tested(test: Callable[[str, str], bool]) -> Callable[[Value, Value], bool]:
    return lambda part, whole: test(text_of(whole).text, text_of(part).text)


def contains(part: Value, whole: Value) -> bool:
    """``contains`` of texts, ``has`` of lists."""
    if kind_of(whole) == "slice":
        return any(kind_of(one) == kind_of(part) and equal(one, part) for one in values_of(whole))
    return text_of(part).text in text_of(whole).text


def required(_: Value, value: Value) -> Value:
    """``required``: without a value no deployment is made."""
    if plain(value) is None or (truth(value) is False and kind_of(value) == "string"):
        raise Unfit
    return value


TEXT_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "toString": as_text, "quote": quoted, "squote": single_quoted, "indent": indent, "nindent": nindent, "trim": trim,
    "trimAll": trim_all, "trimall": trim_all, "trimPrefix": trim_prefix, "trimSuffix": trim_suffix, "trunc": trunc,
    "substr": substring,
    "replace": replace, "repeat": repeat, "join": join, "splitList": split_list, "split": split_map, "splitn": split_n,
    "cat": concatenated, "print": printed, "println": printed_line, "printf": formatted, "required": required,
    "upper": _mapped(str.upper), "lower": _mapped(str.lower), "title": _mapped(str.title), "untitle": _mapped(str.lower),
    "nospace": _mapped(lambda text: re.sub(r"\s", "", text)),
    "kebabcase": _mapped(lambda text: re.sub(r"[\s_]+", "-", _CAPITAL.sub("-", text)).lower()),
    "snakecase": _mapped(lambda text: re.sub(r"[\s-]+", "_", _CAPITAL.sub("_", text)).lower()),
    "camelcase": _mapped(lambda text: re.sub(r"[_\s-]+", "", text.title())),
    "b64enc": _mapped(lambda text: base64.b64encode(text.encode("utf-8", "replace")).decode()), "b64dec": _mapped(_decoded),
    "sha256sum": _mapped(lambda text: hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()),
    "sha1sum": _mapped(lambda text: hashlib.sha1(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()),
    "contains": contains, "has": contains, "hasPrefix": _tested(str.startswith), "hasSuffix": _tested(str.endswith),
    "toYaml": to_yaml, "toJson": to_json, "toRawJson": to_json, "toPrettyJson": to_json,
}  # fmt: skip

"""The lines of CI systems read back, as those who read them do: the parsers of runner and agent, transcribed.

Sources: ``ActionCommand.TryParseV2`` of github.com/actions/runner, ``commandFromString`` of azure-pipelines-task-lib, and
https://www.jetbrains.com/help/teamcity/service-messages.html.
"""

from __future__ import annotations

import re

Command = tuple[str, dict[str, str], str]
"""Name, properties, and the text after them."""


def github(line: str) -> Command | None:
    """A workflow command; None for an ordinary line."""
    if not line.lstrip().startswith("::") or "::" not in line.lstrip()[2:]:
        return None
    info, _, data = line.lstrip()[2:].partition("::")
    name, _, rest = info.partition(" ")
    pairs = [pair.split("=", 1) for pair in rest.strip().split(",") if pair]
    properties = {pair[0]: _replaced(pair[1], "%0D=\r", "%0A=\n", "%3A=:", "%2C=,", "%25=%") for pair in pairs if len(pair) == 2}
    return name, properties, _replaced(data, "%0D=\r", "%0A=\n", "%25=%")


def azure(line: str) -> Command | None:
    """A logging command; None for an ordinary line."""
    if not line.startswith("##vso["):
        return None
    info, _, data = line.removeprefix("##vso[").partition("]")
    name, _, rest = info.strip().partition(" ")
    pairs = [pair.split("=", 1) for pair in rest.split(";") if pair]
    escapes = ("%0D=\r", "%0A=\n")
    properties = {key.strip(): _replaced(value, *escapes, "%5D=]", "%3B=;", "%AZP25=%") for key, value in pairs}
    return name, properties, _replaced(data, *escapes, "%AZP25=%")


def teamcity(line: str) -> Command | None:
    """A service message; None for an ordinary line. It has no text after the attributes."""
    found = re.fullmatch(r"##teamcity\[(\w+)((?: \w+='(?:[^|']|\|.)*')*)\]", line)
    if not found:
        return None
    attributes = re.findall(r" (\w+)='((?:[^|']|\|.)*)'", found[2])
    return found[1], {name: _without_bars(value) for name, value in attributes}, ""


def _replaced(text: str, *escapes: str) -> str:
    for escape in escapes:
        written, _, meant = escape.partition("=")
        text = text.replace(written, meant)
    return text


def _without_bars(text: str) -> str:
    units = re.sub(r"\|0x([0-9a-fA-F]{4})|\|(.)", lambda found: chr(int(found[1], 16)) if found[1] else _BARS[found[2]], text)
    return units.encode("utf-16", "surrogatepass").decode("utf-16")


_BARS = {"|": "|", "'": "'", "[": "[", "]": "]", "n": "\n", "r": "\r"}

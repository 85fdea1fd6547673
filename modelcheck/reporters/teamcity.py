"""``--format teamcity``: code inspections by service messages of TeamCity.

https://www.jetbrains.com/help/teamcity/service-messages.html
"""

from __future__ import annotations

from modelcheck.report import Report, Style
from modelcheck.reporters.ci_commands import last_line, results

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "note": "WEAK WARNING"}
_ESCAPES = {"|": "||", "'": "|'", "[": "|[", "]": "|]", "\n": "|n", "\r": "|r"}
_LONGEST = 4000
_LONGEST_NAME = 255


def teamcity_report(report: Report, style: Style) -> str:
    """An inspection for each result, its type before the first of each rule, and the summary."""
    lines, known = [], set()
    for one in results(report):
        if one.rule not in known:
            known.add(one.rule)
            area = one.rule.partition("/")[0]
            lines.append(
                _message("inspectionType", id=one.rule, name=one.title, description=one.title, category=f"modelcheck {area}")
            )
        severity = _SEVERITIES[one.severity]
        lines.append(
            _message("inspection", typeId=one.rule, message=one.message, file=one.path, line=one.line or 1, SEVERITY=severity)
        )
    return "\n".join([*lines, last_line(report, style)])


def _message(kind: str, **attributes: object) -> str:
    given = " ".join(f"{name}='{_escaped(str(value), name)}'" for name, value in attributes.items())
    return f"##teamcity[{kind} {given}]"


def _escaped(text: str, name: str) -> str:
    """A value; characters beyond ASCII as UTF-16 code units, which every agent's encoding can hold."""
    cut = text[: _LONGEST_NAME if name in ("id", "typeId", "name", "category") else _LONGEST]
    return "".join(_ESCAPES.get(one, one) if one < "\x7f" else _units(one) for one in cut)


def _units(character: str) -> str:
    code = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"|0x{code[index]:02x}{code[index + 1]:02x}" for index in range(0, len(code), 2))

"""HCL as bodies of attributes and blocks, and what an attribute's value is written as: the syntax, not its evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from modelcheck.documents.located import Located
from modelcheck.findings import Span
from modelcheck.records import mutable, record


@record()
class Text:
    """A string without interpolation, a number or a boolean."""

    value: Located


@record()
class Template:
    """A string with interpolations: its parts in order."""

    parts: tuple[Expression, ...]
    at: Span


@record()
class Reference:
    """``var.name``, ``local.map["key"].id``, ``each.value``; ``*`` among the names is a splat."""

    names: tuple[str, ...]
    at: Span


@record()
class Items:
    """A list or a tuple."""

    elements: tuple[Expression, ...]


@record()
class Object:
    """A map: the values of its literal keys."""

    fields: dict[str, Expression]


@record()
class Call:
    """A function and its arguments."""

    name: str
    arguments: tuple[Expression, ...]


@record()
class Either:
    """A condition's two values."""

    values: tuple[Expression, ...]


@record()
class Each:
    """``[for name in of : value]`` or ``{for …}``: a value for each element."""

    names: tuple[str, ...]
    of: Expression
    value: Expression


@record()
class Nothing:
    """What is not text: null, arithmetic, a comparison."""


Expression = Text | Template | Reference | Items | Object | Call | Either | Each | Nothing


@mutable
class Body:
    """A file's or a block's contents. ``labels`` are the block's; ``at`` is the place of its name."""

    name: str = ""
    labels: tuple[str, ...] = ()
    at: Span | None = None
    attributes: dict[str, Expression] = field(default_factory=dict)
    blocks: list[Body] = field(default_factory=list)

    def variable(self, name: str) -> Expression | None:
        """The default of a variable that it declares."""
        declared = (one for one in self.blocks if one.name == "variable" and one.labels == (name,))
        return next((one.attributes.get("default") for one in declared), None)

    def local(self, name: str) -> Expression | None:
        """A local value that it declares."""
        return next((one.attributes[name] for one in self.blocks if one.name == "locals" and name in one.attributes), None)

    def walk(self) -> Iterator[Body]:
        """The body and all blocks in it."""
        waiting = [self]
        while waiting:
            body = waiting.pop()
            yield body
            waiting += reversed(body.blocks)

"""The flows into a node as the node by itself sees them: its free dimensions are only numbered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from studio.compile.flows import Flow, Flows
from studio.compile.size_text import UNKNOWN, is_unknown
from studio.compile.sizes import Rule, Size, agreed, free


@dataclass(frozen=True, slots=True)
class Alone:
    """Flows with their free dimensions numbered, and what these are on the board."""

    inputs: Flows
    entering: Mapping[str, Size]


def by_itself(inputs: Flows, apart: bool = False) -> Alone:
    """The flows as the node sees them. Equal sizes are one dimension, unless set `apart`."""
    numbered: dict[object, Rule] = {}
    entering: dict[str, Size] = {}
    alone: dict[str, tuple[Flow, ...]] = {}
    for port, flows in inputs.items():
        found = []
        for flow in flows:
            sizes: list[Size] = []
            for size in flow.sizes:
                if isinstance(size, int):
                    sizes.append(size)
                    continue
                key = (size, len(entering)) if apart else size
                if key not in numbered:
                    name = f"{UNKNOWN if is_unknown(size) else '$'}{len(entering)}"
                    numbered[key], entering[name] = free(name, size.typical), size
                sizes.append(numbered[key])
            found.append(Flow(tuple(sizes), flow.dtype, flow.limit))
        alone[port] = tuple(found)
    return Alone(alone, entering)


def read_otherwise(inputs: Flows) -> Iterator[Alone]:
    """What else the flows may be, where a node follows no rule with each size varying by itself and
    equal ones together: sizes that agree at every so-many-th size vary together; or, where one
    flow has the same size twice, each by itself."""
    rules = [flow.sizes for flows in inputs.values() for flow in flows]
    together: list[tuple[Size, list[Size]]] = []
    for size in dict.fromkeys(size for sizes in rules for size in sizes):
        for place, (common, members) in enumerate(together):
            if (found := agreed(common, size)) is not None:
                together[place] = (found, [*members, size])
                break
        else:
            together.append((size, [size]))
    by = {size: common for common, members in together for size in members if size != common}
    if by:
        yield by_itself(
            {
                port: tuple(
                    replace(flow, sizes=tuple(by.get(size, size) for size in flow.sizes))
                    for flow in flows
                )
                for port, flows in inputs.items()
            }
        )
    if any(len(set(varying)) < len(varying) for varying in map(_varying, rules)):
        yield by_itself(inputs, apart=True)


def _varying(sizes: Iterable[Size]) -> list[Size]:
    return [size for size in sizes if isinstance(size, Rule)]

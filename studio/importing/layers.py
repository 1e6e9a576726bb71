"""Modules that are declared as nodes: of which type, with which parameters, fed by what."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from torch import Tensor, nn

from nodes.declare import NodeType, Param
from studio.compile.expression_template import fields, fill
from studio.compile.meta_layers import expression, imported
from studio.importing import construction
from studio.importing.trace import ModuleCall, Value, forward_signature
from studio.model.parameters import problem_with_value
from studio.model.ports import with_ports
from studio.model.values import Value as ParamValue

_EVERYWHERE = frozenset({"device", "dtype"})
"""Arguments that no layer needs to be drawn."""


@dataclass(frozen=True)
class Layer:
    """A call of a module as a node: type, parameters, the values that go into its ports, and the
    names of the ports that its tensors come out of, in order."""

    declared: NodeType
    params: Mapping[str, ParamValue]
    inputs: Mapping[str, Value]
    outputs: tuple[str, ...]


class LayerCatalogue:
    """Types of nodes by the class of their layer, or by its text: exports hold copies of ours."""

    def __init__(self, types: Mapping[str, NodeType]) -> None:
        self._by_class: dict[type, list[NodeType]] = {}
        self._by_name: dict[str, list[NodeType]] = {}
        for declared in types.values():
            if declared.layer.startswith("torch.nn."):
                self._by_class.setdefault(imported(declared.layer), []).append(declared)
            elif declared.layer and declared.role == "operation":
                name = declared.layer.rpartition(".")[2]
                self._by_name.setdefault(name, []).append(declared)

    def layer(self, call: ModuleCall) -> Layer | None:
        """The call as a node; None where no type says all of it."""
        for declared in self._candidates(type(call.module)):
            params = _params(declared, call.module)
            if params is None:
                continue
            found = _wired(declared, params, call)
            if found is not None:
                return found
        return None

    def _candidates(self, cls: type[nn.Module]) -> list[NodeType]:
        known = self._by_class.get(cls)
        if known is None:
            some = self._by_name.get(cls.__name__.rstrip("_"), [])
            known = self._by_class[cls] = [declared for declared in some if _is(cls, declared)]
        return known


def _is(cls: type[nn.Module], declared: NodeType) -> bool:
    """Whether a class is the layer of a type, or a copy of it."""
    module, _, name = declared.layer.rpartition(".")
    if declared.library:
        return getattr(sys.modules.get(module), name, None) is cls
    return cls is imported(declared.layer) or _text(cls) == _text(imported(declared.layer)) != ""


def _text(cls: type) -> str:
    """What a class does, whatever it is called and however it is laid out."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    except (OSError, TypeError, SyntaxError):
        return ""
    assert isinstance(tree, ast.ClassDef)
    return "\n".join(ast.unparse(part) for part in tree.body)


def _params(declared: NodeType, module: nn.Module) -> dict[str, ParamValue] | None:
    """Parameters by what the layer was made with; None where one cannot be said."""
    given = construction.arguments(module)
    if given is None:
        return None
    found: dict[str, ParamValue] = {}
    usual = construction.defaults(type(module))
    for name, value in given.items():
        param = declared.param(name)
        if name in declared.inferred or name in _EVERYWHERE:
            continue
        if name in declared.fixed:
            if declared.fixed[name] != value:
                return None
        elif param is None or name not in declared.arguments:
            if name not in usual or usual[name] != value:
                return None
        else:
            plain = as_param(param, value)
            if problem_with_value(param, plain) is not None:
                return None
            found[name] = plain
    return found


def as_param(param: Param, value: Any) -> ParamValue:
    """A value as files hold it: one number for equal ones of several
    axes, the name of a function."""
    if param.kind == "ints" and isinstance(value, list | tuple) and value:
        return value[0] if param.axes and len(set(value)) == 1 else tuple(value)
    if param.kind == "choice" and callable(value):
        return str(getattr(value, "__name__", value))
    if param.kind == "float" and type(value) is int:
        return float(value)
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    return str(value)


# ---- what goes where ---------------------------------------------------------------------------


def _wired(declared: NodeType, params: Mapping[str, ParamValue], call: ModuleCall) -> Layer | None:
    """The call as its type would write it, with parameters that are not the constructor's as they
    have to be."""
    signature = forward_signature(type(call.module))
    actual = _without_defaults(call.given, signature)
    for more in _further(declared):
        for there in product((True, False), repeat=len(declared.inputs)):
            ports = [p for p, here in zip(declared.inputs, there, strict=True) if here]
            if any(not p.optional and p not in ports for p in declared.inputs):
                continue
            values = {**declared.defaults(), **params, **more}
            shapes = {port.name: ((2, 2, 2),) for port in ports}
            try:
                template = expression(declared, values, shapes)
            except (LookupError, ValueError, TypeError):
                continue
            inputs = _unified(template, values, signature, actual)
            if inputs is not None and inputs.keys() == shapes.keys():
                return Layer(declared, {**params, **more}, inputs, _outputs(declared, values))
    return None


def _further(declared: NodeType) -> Iterator[dict[str, ParamValue]]:
    """Values of the parameters that say how a layer is called."""
    names = [p.name for p in declared.params if p.kind == "bool" and _says_how(declared, p)]
    for chosen in product((False, True), repeat=len(names)):
        yield dict(zip(names, chosen, strict=True))


def _says_how(declared: NodeType, param: Param) -> bool:
    return not isinstance(declared.forward, str) and param.name not in declared.arguments


def _outputs(declared: NodeType, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Ports in the order in which the layer gives their tensors."""
    shaped = with_ports(declared, values)
    return tuple(fields(shaped.targets) or [port.name for port in shaped.outputs])


def _without_defaults(given: Mapping[str, Any], signature: inspect.Signature) -> dict[str, Any]:
    usual = {p.name: p.default for p in signature.parameters.values()}
    return {
        name: value
        for name, value in given.items()
        if isinstance(value, Value)
        or type(value) is not type(usual.get(name))
        or value != usual[name]
    }


def _unified(
    template: str,
    values: Mapping[str, Any],
    signature: inspect.Signature,
    actual: Mapping[str, Any],
) -> dict[str, Value] | None:
    """What each port takes, where a call is what a template says; else None."""
    names = {name: f"_port_{name}" for name in fields(template)}
    written = ast.parse(fill(template, names), mode="eval").body
    if isinstance(written, ast.Subscript):  # the first of what it gives
        written = written.value
    if not isinstance(written, ast.Call) or ast.unparse(written.func) != "_port_layer":
        return None
    keywords = {keyword.arg or "": keyword.value for keyword in written.keywords}
    try:
        wanted = signature.bind(*written.args, **keywords).arguments
    except TypeError:
        return None
    wanted = {name: part for name, part in wanted.items() if not _usual(part, signature, name)}
    found: dict[str, Value] = {}
    if wanted.keys() != actual.keys():
        return None
    if all(_agrees(part, actual[name], values, found) for name, part in wanted.items()):
        return found
    return None


def _usual(part: ast.expr, signature: inspect.Signature, name: str) -> bool:
    usual = signature.parameters[name].default
    return isinstance(part, ast.Constant) and part.value is usual


def _agrees(part: ast.expr, given: Any, values: Mapping[str, Any], found: dict[str, Value]) -> bool:
    if isinstance(part, ast.Name) and part.id.startswith("_port_"):
        name = part.id.removeprefix("_port_")
        if name in values:
            return bool(values[name] == given)
        return isinstance(given, Value) and found.setdefault(name, given) is given
    if isinstance(part, ast.Tuple) and isinstance(given, tuple | list):
        pairs = zip(part.elts, given, strict=False)
        same = len(part.elts) == len(given)
        return same and all(_agrees(inner, item, values, found) for inner, item in pairs)
    return isinstance(part, ast.Constant) and bool(part.value == given)


def weights_of(module: nn.Module) -> dict[str, Tensor]:
    """What a layer's node keeps, by the layer's own names."""
    return dict(module.state_dict(keep_vars=True))

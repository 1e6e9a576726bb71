"""What a class or function that a person wrote takes and gives: read, never run.

A class is read by the parameters of its constructor and of `forward`, a function by its own. What a
call takes is an input, but for what is keyword-only with a default or annotated as a plain number,
truth or text: that is a parameter, as all are that the constructor takes. Returned tuples are
several outputs.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from nodes.code_arguments import CodeArgument, arguments_of
from nodes.code_results import Results, results_of
from nodes.declare import NodeType, Param, Port, Shapes, Values

LENGTH = 100_000
"""Characters that a person's code may have."""

MODULE = "netloom_code_"
"""What import paths of a person's code begin with; the fingerprint of its text follows."""

INSTALLED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
"""A class of an installed package: `torchvision.ops:MLP`."""

_ODD = frozenset("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
"""What ends a line to some, and not to Python."""

_OWN = frozenset({"code", "signature"})
"""Parameters that each node with code has besides those of the code."""

_FIELDS = frozenset({"layer", "function"})
"""Words that stand for something else in the expression of a node."""

_TOP = (
    ast.Import,
    ast.ImportFrom,
    ast.ClassDef,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Assign,
    ast.AnnAssign,
)


@dataclass(frozen=True)
class Code:
    """A class, or a function: what it is made with, called with, and gives."""

    name: str
    is_class: bool
    made_with: tuple[CodeArgument, ...]
    called_with: tuple[CodeArgument, ...]
    results: Results

    @property
    def params(self) -> tuple[Param, ...]:
        """Parameters of the constructor, then those of a call."""
        every = (*self.made_with, *self.called_with)
        return tuple(argument.param for argument in every if argument.param is not None)

    @property
    def inputs(self) -> tuple[Port, ...]:
        """What a call takes by wires."""
        return tuple(
            Port(a.name, "any", many=a.many, optional=a.optional or a.many)
            for a in self.called_with
            if a.param is None
        )

    def expression(self, values: Values, shapes: Shapes) -> str:
        """The call, with fields for what is wired in and for parameters that are not as they would
        be anyway."""
        given, in_order = [], True
        for argument in self.called_with:
            field = f"{{{argument.name}}}"
            if argument.param is not None:
                in_order = False
                value = values[argument.name]
                usual = argument.param.default
                if value != usual or type(value) is not type(usual):
                    if isinstance(value, tuple):
                        field = f"({field},)" if len(value) == 1 else f"({field})"
                    given.append(f"{argument.name}={field}")
            elif shapes.get(argument.name):
                named = not argument.many and (argument.by_name or not in_order)
                given.append(f"{argument.name}={field}" if named else field)
            else:
                in_order = False
        called = "{layer}" if self.is_class else "{function}"
        return f"{called}({', '.join(given)})"


def fingerprint(content: str) -> str:
    """What tells a content from all others. Raises ValueError where it is no text."""
    return hashlib.sha256(content.encode()).hexdigest()


@lru_cache(512)
def read(text: str) -> Code:
    """The class or function that a text holds: the last class with a forward, or else the last
    function. Raises ValueError, in a sentence without its subject, where there is none, or where
    something would run that is no definition."""
    try:
        return _read(_tree(text))
    except (RecursionError, MemoryError) as error:
        raise ValueError("is nested too deep") from error


def with_code(found: NodeType, params: Mapping[str, object]) -> NodeType:
    """A type as its node's code makes it: ports, parameters, what is called. Raises ValueError, in
    a sentence without its subject, where the code cannot be read."""
    param = next(param for param in found.params if param.kind == "code")
    text = str(params.get(param.name, param.default))
    installed = INSTALLED.fullmatch(text.strip()) is not None
    if installed:
        content = text.strip()
        module, _, name = content.partition(":")
        library, path = module.partition(".")[0], f"{module}.{name}"
        signature = str(params.get("signature", ""))
        code = read(signature) if signature else None
        if code is None or code.name != name:
            return replace(found, outputs=(), library=library, needs_trust=content)
    else:
        code = read(text)
        library, content = "", text
        path = f"{MODULE}{fingerprint(text)}.{code.name}"
    return replace(
        found,
        inputs=code.inputs,
        outputs=tuple(Port(name, "any") for name in code.results.names),
        targets=code.results.targets,
        params=(*found.params, *code.params),
        layer=path if code.is_class else "",
        function="" if code.is_class else path,
        library=library,
        arguments=tuple(a.name for a in code.made_with),
        positional=_leading(code.made_with),
        forward=_expression(code),
        needs_trust=content,
    )


@lru_cache(512)
def _expression(code: Code) -> partial[str]:
    """One for each code, so that types made of the same are equal."""
    return partial(Code.expression, code)


def _leading(made_with: tuple[CodeArgument, ...]) -> int:
    """How many arguments of the constructor come first and have no default."""
    optional = (n for n, a in enumerate(made_with) if a.by_name or a.optional)
    return next(optional, len(made_with))


def _tree(text: str) -> ast.Module:
    if len(text) > LENGTH:
        raise ValueError(f"is longer than {LENGTH:,} characters")
    lines = re.split(r"\r\n|\r|\n", text)
    odd = next((n for n, line in enumerate(lines, 1) if _ODD.intersection(line)), 0)
    if odd:
        raise ValueError(f"holds a sign at line {odd} that ends lines elsewhere: remove it")
    try:
        text.encode()
        return ast.parse(text)
    except UnicodeEncodeError as error:
        raise ValueError("holds half a letter: remove it") from error
    except SyntaxError as error:
        raise ValueError(f"is no Python at line {error.lineno or 1}: {error.msg}") from error
    except ValueError as error:
        raise ValueError(f"is no Python: {error}") from error


def _read(tree: ast.Module) -> Code:
    for number, part in enumerate(tree.body):
        told = number == 0 or isinstance(tree.body[number - 1], ast.Assign | ast.AnnAssign)
        if isinstance(part, _TOP) or (told and _is_docstring(part)):
            continue
        raise ValueError(
            f"runs something at line {part.lineno}: outside functions and classes it may hold "
            "imports and constants alone"
        )
    classes = {part.name: part for part in tree.body if isinstance(part, ast.ClassDef)}
    called = [(part, forward) for part in classes.values() if (forward := _method(part, classes))]
    if called:
        made, forward = called[-1]
        init = _method(made, classes, "__init__")
        made_with = arguments_of(init, skipped=1, all_params=True) if init else ()
        return _whole(made.name, True, made_with, forward)
    functions = [part for part in tree.body if isinstance(part, ast.FunctionDef)]
    public = [part for part in functions if not part.name.startswith("_")]
    if not public:
        what = f"holds {next(iter(classes))}, which has no forward" if classes else "holds neither"
        end = "write one" if classes else "a class with forward nor a function"
        raise ValueError(f"{what}{': ' if classes else ' '}{end}")
    return _whole(public[-1].name, False, (), public[-1])


def _is_docstring(part: ast.stmt) -> bool:
    return (
        isinstance(part, ast.Expr)
        and isinstance(part.value, ast.Constant)
        and isinstance(part.value.value, str)
    )


def _method(
    part: ast.ClassDef, classes: Mapping[str, ast.ClassDef], name: str = "forward", depth: int = 0
) -> ast.FunctionDef | None:
    """A method of a class, or of one in the same text that it derives from."""
    for inner in reversed(part.body):
        if isinstance(inner, ast.FunctionDef) and inner.name == name:
            return inner
    bases = (base.id for base in part.bases if isinstance(base, ast.Name))
    known = (classes[base] for base in bases if base in classes and depth < len(classes))
    return next(filter(None, (_method(base, classes, name, depth + 1) for base in known)), None)


def _whole(
    name: str, is_class: bool, made_with: tuple[CodeArgument, ...], called: ast.FunctionDef
) -> Code:
    called_with = arguments_of(called, skipped=1 if is_class else 0, all_params=False)
    code = Code(name, is_class, made_with, called_with, results_of(called))
    for problem in _clashes(code):
        raise ValueError(f"{problem}: choose another name")
    return code


def _clashes(code: Code) -> Iterator[str]:
    params = [param.name for param in code.params]
    for name in params:
        if name in _OWN or name in _FIELDS or params.count(name) > 1:
            yield f"has a parameter {name}, which a node with code has already"
    for port in code.inputs:
        if port.name in _FIELDS:
            yield f"has an input {port.name}, a word that calls of nodes need for themselves"

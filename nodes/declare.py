"""The one declaration of a node type: palette, form, help, checks, shapes, code and tests read it.

Declarations are plain data without torch, so that the window can read them; a layer is named by
its import path and imported only where it is built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from nodes.described import DataDescription

Kind = Literal[
    "int",
    "float",
    "bool",
    "choice",
    "text",
    "path",
    "shape",
    "ints",
    "board",
    "node",
    "instance",
    "instances",
    "formula",
    "equation",
    "code",
    "literal",
    "value",
]
"""Kinds of parameter. `ints` is one whole number or a tuple of them, `shape` a tuple of sizes and
names of free dimensions (`N`, `T=64`: free, 64 being typical), `board` and `node` are names.
`instance` names a set of weights of a network, `instances` is a tuple of such names. `formula` is
arithmetic over tensors (`nodes/formula.py`), `equation` names their dimensions
(`nodes/equation.py`), `code` is Python of the person's own (`nodes/code.py`), `literal` any number,
truth or text, or several; `value` names one of the values that a run tells (`metric/accuracy`)."""

PortKind = Literal["float", "int", "bool", "number", "any", "loss", "metric"]
"""What ports carry: real numbers, whole ones, true or false, any of these but the last, anything, a
loss, a metric."""
ONE_NUMBER: frozenset[PortKind] = frozenset({"loss", "metric"})
"""Kinds of ports that carry one number and no more."""

BoardKind = Literal["network", "block", "training"]

Role = Literal[
    "operation", "input", "output", "block", "network", "data", "loss", "metric", "show", "update"
]
"""What nodes of a type are to their board. An operation computes its outputs from its inputs, with
a layer or without; input, output, block and network are words of a project's own language, which
no other type may claim."""

STRUCTURAL: frozenset[Role] = frozenset({"input", "output", "block", "network"})

OnCard = Literal["", "changed", "value", "name", "count", "never"]
"""How the canvas tells a parameter: `name 2` where it differs from the default, `2` where it does,
`2` always, `name 2` always, `2 names` always, never. Where nothing is said, a constructor's
positional arguments are told as values, others where they differ."""

Nature = Literal["", "linear", "activation", "norm", "batch norm", "dropout"]
"""What a type does to values, as far as advice on networks asks. `linear`: weighted sums of them,
so that two in a row are one; `activation`: bends each value, so that they are not; `norm`: brings
them to one scale, `batch norm` by the other samples of a batch; `dropout`: zeroes some at random
while training."""

Meaning = Literal["", "scores", "probabilities", "log probabilities", "numbers"]
"""What values stand for, as an output gives them or an input of a loss wants them. Scores and
numbers may be any; scores are about to become probabilities, numbers are what is told."""

NETWORKS: frozenset[BoardKind] = frozenset({"network", "block"})
EVERYWHERE: frozenset[BoardKind] = frozenset({"network", "block", "training"})
TRAINING: frozenset[BoardKind] = frozenset({"training"})


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a node type, with all that a form needs to ask for it."""

    name: str
    kind: Kind
    default: Any = None
    summary: str = ""
    low: float | None = None
    high: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    pattern: str = ""
    """Besides the choices, what this regular expression matches is allowed too."""
    optional: bool = False
    """`None` is allowed and means what the summary says."""
    always: bool = False
    """Print it in the constructor call even where it equals the default."""
    advanced: bool = False
    """Folded away in the form."""
    when: tuple[str, tuple[Any, ...]] | None = None
    """Shown only where another parameter has one of these values."""
    on_card: OnCard = ""
    short: str = ""
    """Its name on the card, where that is another: `lr`."""
    axes: int = 0
    """Along how many axes one number holds: 2 shows 5 as `5×5`."""
    essential: bool = False
    """Among the few that the form of a training asks for."""
    gives: Literal["", "inputs", "outputs", "signature"] = ""
    """It decides these ports, which are declared as one: there are as many as the whole number
    says, one for each entry of a tuple, or one for each name in a formula or
    term of an equation. Of code, all ports and further parameters."""


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output: what it carries and which layout it expects."""

    name: str
    kind: PortKind = "float"
    dims: str = ""
    """Expected layout such as `N C H W`; `N * C` takes any number of dimensions in the middle."""
    many: bool = False
    """Takes any number of wires, in the order of the wires."""
    optional: bool = False
    summary: str = ""
    within: tuple[float, float] | None = None
    """Between which its values must lie, such as probabilities."""
    when: tuple[str, tuple[Any, ...]] | None = None
    """It is there only where a parameter has one of these values."""
    means: Meaning = ""
    """What its values stand for, where that is the same for all of this type."""
    made_by: str = ""
    """Of an input that wants probabilities: the type of node that makes such of scores."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a suggested fix, in terms of the node that has the problem.

    `set`: `param` becomes `value`. `insert`: a node of type `type` with `params` goes on the wire
    into `port` (the `wire`-th one where the port takes many). `remove`: what feeds the node then
    feeds what it fed.
    """

    action: Literal["set", "insert", "remove"]
    param: str = ""
    value: Any = None
    type: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    port: str = ""
    wire: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """What a declaration's own check found wrong with a node and what would fix it."""

    code: str
    message: str
    port: str = ""
    severity: Literal["error", "warning"] = "error"
    fixes: tuple[tuple[str, tuple[Change, ...]], ...] = ()


Shapes = Mapping[str, tuple[tuple[int, ...], ...]]
"""Port -> shapes of what is wired into it, in order."""

Values = Mapping[str, Any]


@dataclass(frozen=True)
class NodeType:
    """Everything Netloom knows about a kind of node.

    `layer` is the import path of what is constructed (`torch.nn.Conv2d`), or empty for a node
    without a layer. `arguments` names its constructor arguments in order, the first `positional`
    of them printed without a keyword; an argument is a parameter or an entry of `inferred`, which
    reads a size off an input: `{"in_channels": ("input", 1)}`.

    `forward` is the expression that computes the outputs. `{layer}`, the names of input ports and
    of parameters are replaced; a port with `many` becomes a list, and `{inputs:+}` joins it with
    ` + `. A callable gets parameters and input shapes and returns such an expression.
    """

    name: str
    category: str
    """Its place in the palette, and its colour; nothing else follows from it."""
    summary: str
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = (Port("output"),)
    params: tuple[Param, ...] = ()
    boards: frozenset[BoardKind] = EVERYWHERE
    layer: str = ""
    function: str = ""
    """Import path of a function that `forward` calls as `{function}`."""
    needs_trust: str = ""
    """What a person must have trusted before it may run: code of their own, or the name of an
    installed class. Only nodes with such code have it."""
    library: str = ""
    """What to install for the layer where it is from a library that Netloom does without. Exports
    import it from there."""
    arguments: tuple[str, ...] = ()
    positional: int = 0
    inferred: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    forward: str | Callable[[Values, Shapes], str] = "{layer}({input})"
    targets: str = ""
    """What the expression is unpacked into where it has several outputs: `{output}, {hidden}`. Of
    outputs that are there only at times, those that are, in order."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Constructor arguments that are always the same: `{"batch_first": True}`."""
    role: Role = "operation"
    nature: Nature = ""
    nature_when: tuple[str, tuple[Any, ...]] | None = None
    """It is of that nature only where a parameter has one of these values."""
    scans: bool = False
    """Of what stands for a block: it goes along the second dimension of what flows in and applies
    the block at each position, one after the other."""
    better: Literal["", "higher", "lower"] = ""
    """Of a metric: which values are the better ones."""
    gathers: bool = False
    """Of a metric with a `layer`: it is no mean over samples. What `forward` gives of each batch
    goes to the layer's `update`, and its `compute` tells the value of them all, as torchmetrics has
    it. While it trains there is no such value."""
    couples: bool = False
    """Of a loss, a metric, or what leads to one: a sample's value depends on the others of its
    batch, so that it is no mean over samples."""
    rearranges: bool = False
    """Its outputs hold values of its input and no others, so that bounds of whole numbers hold."""
    dataset: str = ""
    """Import path of a data source's class, which takes `arguments`."""
    describe: Callable[[Values], DataDescription] | None = None
    """What a data source will give. Where it reads files, it runs in a process of its own, without
    torch and within limits, so it is a function at the top of its module. Raises ValueError and
    OSError, which become an issue on the node."""
    follows: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Parameters of a data source that can be read off what a network takes, as it fills one of
    the outputs: `{"size": ("image", -1)}`."""
    batch: str = ""
    """The parameter that says how many samples of a data source make a step; one where there is
    none."""
    longest: str = ""
    """The parameter that bounds how many positions a sequence may have."""
    weights: tuple[str, ...] = ()
    """Weight matrices inside the layer that an initialiser fills, the one that feeds a residual
    sum last."""
    biases: tuple[str, ...] = ()
    shared: Mapping[str, str] = field(default_factory=dict)
    """Expressions that use weights of another type of node: `{"Embedding": "F.linear(…)"}`."""
    cuts: bool = False
    """No gradient goes back through it."""
    differentiates: bool = False
    """It computes gradients itself, also where nothing is learned."""
    check: Callable[[Values, Shapes], Iterable[Problem]] | None = None
    infer: str | Callable[[Values, Shapes], Mapping[str, tuple[int | str, ...]]] | None = None
    """Shapes of the outputs, or the import path of what gives them, for a layer that torch cannot
    run without memory. A word is the name of a size that the data decides: `("K", 2)`."""
    examples: tuple[Mapping[str, Any], ...] = ()
    """Parameters to try it with where any other value alone would not fit: `{"groups": 2}`. Inputs
    then have 8 channels or features, images 12×8 pixels, sequences 12 positions, all else 4×6."""
    formula: str = ""
    """What it computes, in LaTeX as far as matplotlib's mathtext knows it; lines end in `\\\\`."""
    paper: str = ""
    """Address of where it was described first, or best: `https://arxiv.org/abs/1512.03385`."""
    curve: bool = False
    """Each number becomes one number, so that its help draws the curve."""
    window: Mapping[str, str] = field(default_factory=dict)
    """It looks through a window that slides over the input: the parameters that tell its `size`,
    `stride` (none: as large as the window), `padding` and `dilation`."""
    keywords: str = ""
    """Further words that searches find it by: other names, what it does, where it is used."""
    everyday: bool = False
    """One of the few that most drawings need: a favourite until somebody says otherwise."""
    glyph: str = ""
    """Two or three letters, or a sign, for its badge."""
    short: str = ""
    """What its nodes are called at first, where that is not the type's name in small letters."""

    @property
    def is_unread(self) -> bool:
        """Whether it is an installed class of which nobody has found out yet what it takes."""
        return bool(self.needs_trust and not self.layer and not self.function)

    @cached_property
    def deciding(self) -> frozenset[str]:
        """Names of the parameters that ports depend on."""
        there = {port.when[0] for port in (*self.inputs, *self.outputs) if port.when}
        return frozenset(there | {param.name for param in self.params if param.gives})

    def param(self, name: str) -> Param | None:
        """The parameter of that name."""
        return next((param for param in self.params if param.name == name), None)

    def defaults(self) -> dict[str, Any]:
        """Parameter name -> default value."""
        return {param.name: param.default for param in self.params}

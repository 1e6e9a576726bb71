"""Products of matrices, and of any dimensions."""

from __future__ import annotations

from collections.abc import Iterator

from nodes.declare import Change, NodeType, Param, Port, Problem, Shapes, Values
from nodes.equation import Equation, letters, sizes
from nodes.tensors.fitting import OUTPUT, broadcasts


def _inner_sizes(values: Values, shapes: Shapes) -> Iterator[Problem]:
    (first,), (second,) = shapes["input"], shapes["other"]
    inner = second[-2]
    if first[-1] != inner:
        text = f"{{node}}: {{input}} is {{shape:input}} but {{other}} is {{shape:other}}; {inner}"
        fixes = []
        if first[-1] == second[-1]:
            turn = Change("insert", type="Transpose", params={"dim0": -2, "dim1": -1}, port="other")
            fixes.append(("Transpose {other}", (turn,)))
        text = f"{text} must be {first[-1]}, the last size of {{input}}"
        yield Problem("inner-size", text, "other", fixes=tuple(fixes))
    elif not broadcasts(first[:-2], second[:-2]):
        text = "{node}: {input} is {shape:input} but {other} is {shape:other}; the sizes before"
        yield Problem("shapes-differ", f"{text} both matrices must agree, or be 1", "other")


MAT_MUL = NodeType(
    "MatMul",
    "Combine",
    "The product of matrices, for each sample: (N, I, J) and (N, J, K) give (N, I, K).",
    inputs=(Port("input", dims="* I J"), Port("other", dims="* J K")),
    forward="{input} @ {other}",
    check=_inner_sizes,
    formula=r"y_{ij} = \sum_k a_{ik}\,b_{kj}",
    keywords="matrix multiply product dot bmm matmul attention scores",
    glyph="@",
    short="product",
)


def _einsum(values: Values, shapes: Shapes) -> str:
    names = Equation(values["equation"]).names
    return f"torch.einsum({{equation}}, {', '.join(f'{{{name}}}' for name in names)})"


def _letters_agree(values: Values, shapes: Shapes) -> Iterator[Problem]:
    equation = Equation(values["equation"])
    known: dict[str, tuple[int, str]] = {}
    for name, term in zip(equation.names, equation.inputs, strict=True):
        found = sizes(term, shapes[name][0])
        if found is None:
            count = len(letters(term))
            least = "at least " if "..." in term else ""
            dims = f"{least}{count} dimension{'s' * (count != 1)}"
            text = f"{{node}}: {term} stands for {dims}, but {{{name}}} is {{shape:{name}}}"
            yield Problem("dimensions", text, name)
            return
        for letter, size in found:
            before, where = known.setdefault(letter, (size, name))
            if before == 1:
                known[letter] = (size, name)
            elif size not in (1, before):
                both = f"{letter} is {before} in {{{where}}} but {size} in {{{name}}}"
                yield Problem("shapes-differ", f"{{node}}: {both}", name)
                return


EINSUM = NodeType(
    "Einsum",
    "Combine",
    "Multiplies tensors and sums over the dimensions that are not named after the arrow.",
    inputs=(Port("input", "any"),),
    outputs=OUTPUT,
    params=(
        Param(
            "equation",
            "equation",
            "nij,nkj->nik",
            "A letter for each dimension of each input, and after -> those that stay; ... stands "
            "for any others: nij,njk->nik, ...ij->...ji.",
            on_card="value",
            gives="inputs",
        ),
    ),
    forward=_einsum,
    check=_letters_agree,
    examples=({"equation": "nij->nj"}, {"equation": "...ij, ...ij -> ...i"}),
    keywords="einstein summation contraction tensor product bilinear trace outer",
    glyph="Σij",
)

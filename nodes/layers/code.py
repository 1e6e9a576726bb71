"""A class or function that the person wrote, or a class of an installed package."""

from nodes.declare import NodeType, Param, Port

GATE = '''\
import torch
from torch import Tensor, nn


class Gate(nn.Module):
    """Lets through a share of what comes in, which it learns."""

    def __init__(self, start: float = 0.5) -> None:
        super().__init__()
        self.share = nn.Parameter(torch.tensor(start))

    def forward(self, x: Tensor) -> Tensor:
        return self.share * x
'''

HALVES = '''\
from torch import Tensor


def halves(x: Tensor, *, swapped: bool = False) -> tuple[Tensor, Tensor]:
    """Both halves of the features."""
    first, second = x.chunk(2, -1)
    if swapped:
        first, second = second, first
    return first, second
'''

CODE = NodeType(
    "Code",
    "Structure",
    "Python of your own: a module, or a function. What it takes and gives are its ports.",
    outputs=(Port("output", "any"),),
    params=(
        Param(
            "code",
            "code",
            GATE,
            "A class with forward, or a function; or package.module:Class, one that is installed. "
            "It runs once you have trusted it.",
            on_card="value",
            gives="signature",
        ),
        Param(
            "signature",
            "text",
            "",
            "What an installed class takes and gives, as Netloom has read it.",
            advanced=True,
            on_card="never",
            gives="signature",
        ),
    ),
    forward="",
    examples=({"code": HALVES}, {"code": HALVES, "swapped": True}),
    keywords="python own custom module function class write script plug-in",
    glyph="</>",
)

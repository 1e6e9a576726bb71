"""Written by Netloom for one run."""

from collections.abc import Iterator

import torch.nn.functional as F
from torch import Tensor, nn

from nodes.datasets.digits import Digits
from studio.run.loop import Data, Step, Update


class Net(nn.Module):
    """650 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(64, 10)

    def forward(self, image: Tensor) -> Tensor:
        flatten = image.flatten(1)  # N×64
        linear = self.linear(flatten)  # N×10
        return linear


BATCH_SIZE = 64
EPOCHS = 1
DEVICE = "cpu"
PRECISION = "float32"
SEED = 1


def make_data() -> Data:
    """What it learns from."""
    return Digits(size=8, validation=0.1, test=0.2)


def make_networks() -> dict[str, nn.Module]:
    """What learns, with fresh weights."""
    return {"Net": Net()}


UPDATES = {
    "update": Update(
        networks=("Net",),
        optimizer="AdamW",
        learning_rate=0.001,
        schedule="constant",
        warmup=0.0,
        weight_decay=0.0,
        momentum=0.9,
        clip_norm=None,
        every=1,
    ),
}


def steps(networks: dict[str, nn.Module], batch: dict[str, Tensor]) -> Iterator[Step]:
    """One training step: yields once for each update."""
    net = networks["Net"](batch["image"])
    cost = F.cross_entropy(net, batch["label"])
    accuracy = (net.argmax(-1) == batch["label"]).float().mean()
    yield Step("update", cost, {"accuracy": accuracy})

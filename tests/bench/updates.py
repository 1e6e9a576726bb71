"""Steps of boards with several networks or updates against the same steps written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.compile.compiled import check
from studio.model.project import Project
from studio.model.project_file import load
from studio.run.loop.data import Data
from studio.run.loop.training import Loop, Stage
from tests.bench.table import Row, ratio
from tests.compile.drawing import board, chain, node, project

PROJECTS = Path(__file__).parents[2] / "projects"
EPOCHS = 12
ROUNDS = 25

Networks = dict[str, nn.Module]
Batch = dict[str, Tensor]
Hand = Callable[[Networks], Callable[[Batch, float], Tensor]]
"""Makes the optimisers of fresh networks; gives what does a step: batch, share of the run ->
loss."""


def rows() -> Iterator[Row]:
    """Each with the same threads, batches and optimisers in both arms."""
    gan = load(PROJECTS / "gan.json")
    yield _row("GAN step, the discriminator first", gan, _discriminator_first)
    yield _row("GAN step, the generator first", _turned(gan), _generator_first)
    yield _row("VAE step", load(PROJECTS / "vae.json"), _vae)
    yield _row("distillation step", load(PROJECTS / "distill.json"), _distillation, "Study")
    yield _row("BYOL-like step with a slow copy", _following(), _follower)


def _row(title: str, drawn: Project, by_hand: Hand, stage: str = "") -> Row:
    settings = replace(drawn.settings, epochs=EPOCHS, device="cpu")
    space = check(replace(drawn, settings=settings)).training().namespace()
    stages: tuple[Stage, ...] = space["STAGES"]
    chosen = next(found for found in stages if stage in ("", found.name))
    data = chosen.data()

    def ours() -> None:
        objective = chosen.objective(space["make_networks"]())
        for _ in Loop(objective, _OnlyTraining(data), chosen.plan, torch.device("cpu")).run():
            pass

    def theirs() -> None:
        step = by_hand(space["make_networks"]())
        samples, size = data.size("training"), chosen.plan.batch_size
        done, steps = 0, EPOCHS * -(-samples // size)
        for _ in range(EPOCHS):
            total = torch.zeros(())
            for index in torch.split(torch.randperm(samples), size):
                total += step(data.batch("training", index), done / steps)
                done += 1
            total.item()

    return Row(f"{title} / by hand", ratio(ours, theirs, ROUNDS), 1.05, note=f"{EPOCHS} epochs")


class _OnlyTraining:
    """Data without validation and test, so that both arms do the same."""

    def __init__(self, data: Data) -> None:
        self.to, self.size, self.batch, self.encode = data.to, data.size, data.batch, data.encode
        self._data = data

    def epoch(self, part: str) -> int:
        """Samples of the training part; none of others."""
        return self._data.epoch(part) if part == "training" else 0


def _adam(*networks: nn.Module, rate: float, beta: float = 0.9) -> torch.optim.Optimizer:
    every = [p for network in networks for p in network.parameters()]
    return torch.optim.Adam(every, lr=rate, betas=(beta, 0.999), fused=True)


def _descend(
    loss: Tensor, optimizer: torch.optim.Optimizer, *networks: nn.Module, keep: bool = False
) -> None:
    optimizer.zero_grad(set_to_none=True)
    inputs = [p for network in networks for p in network.parameters()]
    torch.autograd.backward(loss, inputs=inputs, retain_graph=keep)
    optimizer.step()


def _says(logits: Tensor, answer: float) -> Tensor:
    wanted = torch.full_like(logits, answer)
    loss: Tensor = F.binary_cross_entropy_with_logits(logits, wanted)
    return loss


def _turned(gan: Project) -> Project:
    """The same with the generator's update first."""
    drawn = gan.boards["Training"]
    last = drawn.nodes["discriminate"]
    nodes = {id: n for id, n in drawn.nodes.items() if n is not last} | {last.id: last}
    return gan.with_board(replace(drawn, nodes=nodes))


def _discriminator_first(networks: Networks) -> Callable[[Batch, float], Tensor]:
    make, judge = networks["Generator"], networks["Discriminator"]
    makes, judges = _adam(make, rate=1e-3, beta=0.5), _adam(judge, rate=1e-3, beta=0.5)

    def step(batch: Batch, share: float) -> Tensor:
        made = make(torch.randn(len(batch["image"]), 32))
        loss = _says(judge(batch["image"]), 1.0) + _says(judge(made.detach()), 0.0)
        _descend(loss, judges, judge)
        _descend(_says(judge(made), 1.0), makes, make)
        return loss.detach()

    return step


def _generator_first(networks: Networks) -> Callable[[Batch, float], Tensor]:
    make, judge = networks["Generator"], networks["Discriminator"]
    makes, judges = _adam(make, rate=1e-3, beta=0.5), _adam(judge, rate=1e-3, beta=0.5)

    def step(batch: Batch, share: float) -> Tensor:
        fake = judge(make(torch.randn(len(batch["image"]), 32)))
        _descend(_says(fake, 1.0), makes, make, keep=True)
        loss = _says(judge(batch["image"]), 1.0) + _says(fake, 0.0)
        _descend(loss, judges, judge)
        return loss.detach()

    return step


def _vae(networks: Networks) -> Callable[[Batch, float], Tensor]:
    encoder, decoder = networks["Encoder"], networks["Decoder"]
    optimizer = _adam(encoder, decoder, rate=2e-3)

    def step(batch: Batch, share: float) -> Tensor:
        mean, log_variance = encoder(batch["image"])
        code = mean + (0.5 * log_variance).exp() * torch.randn_like(mean)
        error = F.mse_loss(decoder(code), batch["image"])
        apart = 0.5 * (log_variance.exp() + mean.square() - 1 - log_variance).flatten(1).sum(1)
        loss: Tensor = error + 0.002 * min(1.0, share / 0.5) * apart.mean()
        _descend(loss, optimizer, encoder, decoder)
        return loss.detach()

    return step


def _distillation(networks: Networks) -> Callable[[Batch, float], Tensor]:
    teacher, student = networks["Teacher"].eval(), networks["Student"]
    optimizer = torch.optim.AdamW(student.parameters(), lr=5e-3, weight_decay=0.0, fused=True)

    def step(batch: Batch, share: float) -> Tensor:
        with torch.no_grad():
            taught = (teacher(batch["image"]) / 2.0).softmax(-1)
        scores = student(batch["image"])
        loss = 4.0 * F.kl_div((scores / 2.0).log_softmax(-1), taught, reduction="batchmean")
        _descend(loss, optimizer, student)
        with torch.no_grad():
            (scores.argmax(-1) == batch["label"]).float().mean()
        return loss.detach()

    return step


def _following() -> Project:
    """A network that predicts what its own slow copy sees."""
    layers = (node("flat", "Flatten"), node("fc", "Linear", out_features=256), node("relu", "ReLU"))
    coder = chain(("N", 1, 8, 8), *layers, node("out", "Linear", out_features=64), name="Coder")
    guess = chain(("N", 64), *layers[1:], node("out", "Linear", out_features=64), name="Guess")
    nodes = [
        node("data", "DigitsData", size=8, batch_size=64),
        node("coder", "Network", network="Coder"),
        node("guess", "Network", network="Guess"),
        node("slow", "Network", network="Coder", instance="Slow", follows="Coder", decay=0.99),
        node("error", "MSE"),
        node("update", "Update", optimizer="Adam", learning_rate=1e-3),
    ]
    wires = (
        "data.image -> coder.x, coder.y -> guess.x, data.image -> slow.x,"
        "guess.y -> error.prediction, slow.y -> error.target, error.loss -> update.loss"
    )
    return project(coder, guess, board(nodes, wires, "Training", "training"))


def _follower(networks: Networks) -> Callable[[Batch, float], Tensor]:
    coder, guess, slow = networks["Coder"], networks["Guess"], networks["Slow"].eval()
    slow.requires_grad_(False)
    optimizer = _adam(coder, guess, rate=1e-3)

    def step(batch: Batch, share: float) -> Tensor:
        wanted = slow(batch["image"])
        loss = F.mse_loss(guess(coder(batch["image"])), wanted)
        _descend(loss, optimizer, coder, guess)
        with torch.no_grad():
            for mine, theirs in zip(slow.parameters(), coder.parameters(), strict=True):
                mine.lerp_(theirs, 0.01)
        return loss.detach()

    return step

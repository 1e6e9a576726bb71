"""Steps of training boards with several updates, bit by bit as steps that are written by hand."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nodes.declare import TRAINING, NodeType, Param, Port
from studio.compile.compiled import check
from studio.model.project import Board, Node
from studio.run.loop.objective import At
from studio.run.loop.training import Loop
from tests.compile.drawing import TYPES, Opened, board, chain, node, opened, project

STEPS = 4
BATCH = 6


def formula(name: str, forward: str, *inputs: str, **more: Any) -> NodeType:
    """A type for a training board that computes an expression."""
    ports = tuple(Port(word, "any") for word in inputs)
    out = () if more.get("role") == "metric" else (Port("output", "any"),)
    return NodeType(name, "Test", name, ports, out, boards=TRAINING, forward=forward, **more)


SIGN = (Param("sign", "float", 1.0),)
EXTRA = (
    formula("Softplus", "F.softplus({sign} * {input}).mean()", "input", params=SIGN),
    formula("Sum", "{a} + {b}", "a", "b"),
    formula("L1", "F.l1_loss({a}, {b})", "a", "b"),
    formula("Mean", "{input}.mean()", "input"),
    formula("Scores", "{input}.square().mean()", "input", role="metric", better="higher"),
    formula("Half", "0.5 * {input}", "input"),
    NodeType(
        "Learned",
        "Test",
        "A layer on the training board.",
        (Port("input", "any"),),
        (Port("output", "any"),),
        boards=TRAINING,
        layer="torch.nn.PReLU",
        role="operation",
    ),
)
EVERY = {**TYPES, **{declared.name: declared for declared in EXTRA}}


def maker(name: str = "Maker") -> Board:
    """Noise to pictures, with batch normalisation."""
    return chain(
        ("N", 4),
        node("fc", "Linear", out_features=8),
        node("norm", "BatchNorm1d"),
        node("relu", "ReLU"),
        node("out", "Linear", out_features=64),
        node("shape", "Reshape", shape=(1, 8, 8)),
        name=name,
    )


def judge(name: str = "Judge", outputs: int = 1, dropout: float = 0.4) -> Board:
    """Pictures to a score, with dropout."""
    return chain(
        ("N", 1, 8, 8),
        node("flat", "Flatten"),
        node("fc", "Linear", out_features=8),
        node("relu", "ReLU"),
        node("drop", "Dropout", p=dropout),
        node("out", "Linear", out_features=outputs),
        name=name,
    )


def painter(name: str) -> Board:
    """Pictures to pictures."""
    return chain(("N", 1, 8, 8), node("conv", "Conv2d", out_channels=1, padding=1), name=name)


def training(nodes: list[Node], wires: str) -> Board:
    data = node("data", "DigitsData", size=8, batch_size=BATCH)
    return board([data, *nodes], wires, "Train", "training")


def compiled(*boards: Board) -> Opened:
    found = check(project(*boards), EVERY)
    assert not found.errors, found.errors
    return opened(found)


class Calls:
    """How often each network runs, in all and with a graph."""

    def __init__(self, networks: dict[str, nn.Module]) -> None:
        self.all: Counter[str] = Counter()
        self.graph: Counter[str] = Counter()
        for name, network in networks.items():
            network.register_forward_hook(self._note(name))

    def _note(self, name: str) -> Callable[..., None]:
        def note(module: nn.Module, given: Any, result: Tensor) -> None:
            self.all[name] += 1
            self.graph[name] += result.requires_grad

        return note


Batch = dict[str, Tensor]
Networks = dict[str, nn.Module]
Hand = Callable[[Networks, Batch, dict[str, Any], int], dict[str, Tensor]]


def adam(module: nn.Module | Iterator[nn.Parameter], **more: Any) -> torch.optim.Optimizer:
    parameters = module.parameters() if isinstance(module, nn.Module) else module
    return torch.optim.AdamW(parameters, lr=1e-2, weight_decay=0.0, **more)


def descend(
    loss: Tensor, optimizer: torch.optim.Optimizer, *networks: nn.Module, keep: bool = False
) -> None:
    """One step of some networks and no others."""
    optimizer.zero_grad(set_to_none=True)
    inputs = [p for network in networks for p in network.parameters()]
    torch.autograd.backward(loss, inputs=inputs, retain_graph=keep)
    optimizer.step()


def compare(
    space: Opened,
    by_hand: Hand,
    optimizers: Callable[[Networks], dict[str, Any]],
    kind: str,
) -> Calls:
    """Some steps of a loop against steps by hand: equal losses, equal weights, equal buffers."""
    torch.manual_seed(5)
    objective, data = space.objective(), space.data()
    theirs = copy.deepcopy(objective.networks)
    loop = Loop(objective, data, space.plan, torch.device("cpu"))
    loop.set_modes()
    made = optimizers(theirs)
    how = {"fused": kind == "fused", "foreach": kind == "foreach"}
    for optimizer in [*made.values(), *(u.optimizer for u in loop.updaters.values())]:
        optimizer.defaults.update(how)
        for group in optimizer.param_groups:
            group.update(how)
    for name, network in theirs.items():
        network.train(objective.networks[name].training)
    calls = Calls(objective.networks)
    for step in range(STEPS):
        index = torch.arange(BATCH) + step
        batch = data.batch("training", index)
        torch.manual_seed(step)
        loop.step(index)
        loop.done += 1
        found = {name: value for at, name, value in loop.pending if at == step + 1}
        torch.manual_seed(step)
        expected = by_hand(theirs, batch, made, step)
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            assert torch.equal(found[name], value.detach()), (step, name)
        for name, network in theirs.items():
            pairs = zip(
                network.state_dict().items(),
                objective.networks[name].state_dict().items(),
                strict=True,
            )
            for (key, one), (_, other) in pairs:
                assert torch.equal(one, other), (step, name, key)
    return calls


KINDS = pytest.mark.parametrize("kind", ["fused", "foreach"])


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


# ---- a generator and its judge -----------------------------------------------------------------


def gan(first: str, **settings: Any) -> tuple[Board, ...]:
    """Both updates; the one that comes first is named."""
    updates = {
        "d": node("d", "Update", networks=("Judge",), learning_rate=1e-2, **settings.pop("d", {})),
        "g": node("g", "Update", networks=("Maker",), learning_rate=1e-2, **settings.pop("g", {})),
    }
    second = "g" if first == "d" else "d"
    nodes = [
        node("noise", "Noise", size=4),
        node("make", "Network", network="Maker"),
        node("real", "Network", network="Judge"),
        node("fake", "Network", network="Judge"),
        node("right", "Softplus", sign=-1.0),
        node("wrong", "Softplus"),
        node("both", "Sum"),
        node("fooled", "Softplus", sign=-1.0),
        node("spread", "Scores"),
        updates[first],
        updates[second],
    ]
    wires = (
        "data.image -> noise.batch, noise -> make.x, data.image -> real.x, make.y -> fake.x,"
        "real.y -> right.input, fake.y -> wrong.input, right -> both.a, wrong -> both.b,"
        "fake.y -> fooled.input, both -> d.loss, fooled -> g.loss, make.y -> spread.input"
    )
    return maker(), judge(), training(nodes, wires)


def both_optimizers(networks: Networks) -> dict[str, Any]:
    return {"d": adam(networks["Judge"]), "g": adam(networks["Maker"])}


@KINDS
def test_a_judge_first(kind: str) -> None:
    def by_hand(networks: Networks, batch: Batch, optimizers: Any, step: int) -> Any:
        make, judged = networks["Maker"], networks["Judge"]
        noise = torch.randn(BATCH, 4)
        real = fake = None
        made = make(noise)
        real = judged(batch["image"])
        right = F.softplus(-1.0 * real).mean()
        fake = judged(made.detach())
        loss = right + F.softplus(1.0 * fake).mean()
        descend(loss, optimizers["d"], judged)
        fooled = F.softplus(-1.0 * judged(made)).mean()
        descend(fooled, optimizers["g"], make)
        return {"loss/d": loss, "loss/g": fooled, "metric/spread": made.square().mean()}

    calls = compare(compiled(*gan("d")), by_hand, both_optimizers, kind)
    assert calls.all == {"Maker": STEPS, "Judge": 3 * STEPS}


@KINDS
def test_a_maker_first(kind: str) -> None:
    def by_hand(networks: Networks, batch: Batch, optimizers: Any, step: int) -> Any:
        make, judged = networks["Maker"], networks["Judge"]
        made = make(torch.randn(BATCH, 4))
        fake = judged(made)
        fooled = F.softplus(-1.0 * fake).mean()
        descend(fooled, optimizers["g"], make, keep=True)
        right = F.softplus(-1.0 * judged(batch["image"])).mean()
        loss = right + F.softplus(1.0 * fake).mean()
        descend(loss, optimizers["d"], judged)
        return {"loss/g": fooled, "loss/d": loss, "metric/spread": made.square().mean()}

    calls = compare(compiled(*gan("g")), by_hand, both_optimizers, kind)
    assert calls.all == {"Maker": STEPS, "Judge": 2 * STEPS}


@KINDS
def test_a_judge_twice_for_each_step_of_the_maker(kind: str) -> None:
    def by_hand(networks: Networks, batch: Batch, optimizers: Any, step: int) -> Any:
        make, judged = networks["Maker"], networks["Judge"]
        due = step % 2 == 0
        noise = torch.randn(BATCH, 4)
        with torch.set_grad_enabled(due):
            made = make(noise)
        right = F.softplus(-1.0 * judged(batch["image"])).mean()
        loss = right + F.softplus(1.0 * judged(made.detach())).mean()
        descend(loss, optimizers["d"], judged)
        values = {"loss/d": loss, "metric/spread": made.square().mean()}
        if due:
            values["loss/g"] = F.softplus(-1.0 * judged(made)).mean()
            descend(values["loss/g"], optimizers["g"], make)
        return values

    calls = compare(compiled(*gan("d", g={"every": 2})), by_hand, both_optimizers, kind)
    assert calls.all == {"Maker": STEPS, "Judge": 2 * STEPS + STEPS // 2}
    assert calls.graph["Maker"] == STEPS // 2


@KINDS
def test_gradients_of_both_before_either_moves(kind: str) -> None:
    def by_hand(networks: Networks, batch: Batch, optimizers: Any, step: int) -> Any:
        make, judged = networks["Maker"], networks["Judge"]
        made = make(torch.randn(BATCH, 4))
        right = F.softplus(-1.0 * judged(batch["image"])).mean()
        fake = judged(made)
        loss = right + F.softplus(1.0 * fake).mean()
        fooled = F.softplus(-1.0 * fake).mean()
        for optimizer in optimizers.values():
            optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss, inputs=list(judged.parameters()), retain_graph=True)
        torch.autograd.backward(fooled, inputs=list(make.parameters()))
        for optimizer in optimizers.values():
            optimizer.step()
        return {"loss/d": loss, "loss/g": fooled, "metric/spread": made.square().mean()}

    boards = gan("d", d={"turn": 1}, g={"turn": 1})
    calls = compare(compiled(*boards), by_hand, both_optimizers, kind)
    assert calls.all == {"Maker": STEPS, "Judge": 2 * STEPS}


@KINDS
def test_gradients_that_gather(kind: str) -> None:
    def by_hand(networks: Networks, batch: Batch, optimizers: Any, step: int) -> Any:
        make, judged = networks["Maker"], networks["Judge"]
        made = make(torch.randn(BATCH, 4))
        right = F.softplus(-1.0 * judged(batch["image"])).mean()
        moves = step % 2 == 1
        fake = judged(made.detach()) if moves else judged(made)
        loss = right + F.softplus(1.0 * fake).mean()
        if step % 2 == 0:
            optimizers["d"].zero_grad(set_to_none=True)
        given = list(judged.parameters())
        torch.autograd.backward(loss / 2, inputs=given, retain_graph=not moves)
        if moves:
            optimizers["d"].step()
            fake = judged(made)
        fooled = F.softplus(-1.0 * fake).mean()
        descend(fooled, optimizers["g"], make)
        return {"loss/d": loss, "loss/g": fooled, "metric/spread": made.square().mean()}

    boards = gan("d", d={"accumulate": 2})
    calls = compare(compiled(*boards), by_hand, both_optimizers, kind)
    assert calls.all["Judge"] == 2 * STEPS + STEPS // 2, "computed again only where it moved"


@KINDS
def test_a_judge_with_a_gradient_penalty(kind: str) -> None:
    """WGAN-GP: the judge's gradient between real and made pictures is to have length 1."""
    mixed = formula("Mixed", "0.5 * {a} + 0.5 * {b}", "a", "b")
    penalty = formula("Penalty", "({input}.flatten(1).norm(dim=1) - 1).square().mean()", "input")
    apart = formula("Apart", "{a}.mean() - {b}.mean()", "a", "b")
    nodes = [
        node("noise", "Noise", size=4),
        node("make", "Network", network="Maker"),
        node("real", "Network", network="Judge"),
        node("fake", "Network", network="Judge"),
        node("between", "Mixed"),
        node("start", "RequiresGrad"),
        node("score", "Network", network="Judge"),
        node("slope", "Gradient"),
        node("penalty", "Penalty"),
        node("apart", "Apart"),
        node("both", "Sum"),
        node("fooled", "Mean"),
        node("d", "Update", networks=("Judge",), learning_rate=1e-2),
        node("g", "Update", networks=("Maker",), learning_rate=1e-2),
    ]
    wires = (
        "data.image -> noise.batch, noise -> make.x, data.image -> real.x, make.y -> fake.x,"
        "data.image -> between.a, make.y -> between.b, between -> start.input, start -> score.x,"
        "score.y -> slope.of, start -> slope.by, slope -> penalty.input, fake.y -> apart.a,"
        "real.y -> apart.b, apart -> both.a, penalty -> both.b, both -> d.loss,"
        "fake.y -> fooled.input, fooled -> g.loss"
    )
    types = {**EVERY, "Mixed": mixed, "Penalty": penalty, "Apart": apart}
    found = check(project(maker(), judge(), training(nodes, wires)), types)
    assert not found.issues

    def by_hand(networks: Networks, batch: Batch, optimizers: Any, step: int) -> Any:
        make, judged = networks["Maker"], networks["Judge"]
        made = make(torch.randn(BATCH, 4))
        real = judged(batch["image"])
        fake = judged(made.detach())
        start = (0.5 * batch["image"] + 0.5 * made).detach().requires_grad_()
        (slope,) = torch.autograd.grad(judged(start).sum(), start, create_graph=True)
        penalty = (slope.flatten(1).norm(dim=1) - 1).square().mean()
        loss = fake.mean() - real.mean() + penalty
        descend(loss, optimizers["d"], judged)
        fooled = judged(made).mean()
        descend(fooled, optimizers["g"], make)
        return {"loss/d": loss, "loss/g": fooled}

    space = opened(found)
    calls = compare(space, by_hand, both_optimizers, kind)
    assert calls.all == {"Maker": STEPS, "Judge": 4 * STEPS}
    objective, data = space.objective(), space.data()
    with torch.no_grad():
        values = objective.evaluate(data.batch("training", torch.arange(4)), At())
    assert values["loss/d"].isfinite()


# ---- other shapes of boards --------------------------------------------------------------------


@KINDS
def test_two_makers_in_a_circle(kind: str) -> None:
    """CycleGAN: there and back, two judges."""
    nodes = [
        node("there", "Network", network="There"),
        node("back", "Network", network="Back"),
        node("again", "Network", network="Back", instance="Back"),
        node("cycle", "L1"),
        node("seen", "Network", network="Judge"),
        node("fooled", "Softplus", sign=-1.0),
        node("total", "Sum"),
        node("real", "Network", network="Judge"),
        node("right", "Softplus", sign=-1.0),
        node("wrong", "Softplus"),
        node("judged", "Sum"),
        node("makers", "Update", networks=("There", "Back"), learning_rate=1e-2),
        node("judges", "Update", networks=("Judge",), learning_rate=1e-2),
    ]
    wires = (
        "data.image -> there.x, there.y -> back.x, back.y -> cycle.a, data.image -> cycle.b,"
        "there.y -> seen.x, seen.y -> fooled.input, cycle -> total.a, fooled -> total.b,"
        "total -> makers.loss, data.image -> real.x, real.y -> right.input,"
        "seen.y -> wrong.input, right -> judged.a, wrong -> judged.b, judged -> judges.loss"
    )
    nodes = [n for n in nodes if n.id != "again"]
    space = compiled(painter("There"), painter("Back"), judge(), training(nodes, wires))

    def by_hand(networks: Networks, batch: Batch, optimizers: Any, step: int) -> Any:
        image = batch["image"]
        there = networks["There"](image)
        cycle = F.l1_loss(networks["Back"](there), image)
        seen = networks["Judge"](there)
        total = cycle + F.softplus(-1.0 * seen).mean()
        descend(total, optimizers["m"], networks["There"], networks["Back"], keep=True)
        right = F.softplus(-1.0 * networks["Judge"](image)).mean()
        judged = right + F.softplus(1.0 * seen).mean()
        descend(judged, optimizers["j"], networks["Judge"])
        return {"loss/makers": total, "loss/judges": judged}

    def optimizers(networks: Networks) -> dict[str, Any]:
        both = [*networks["There"].parameters(), *networks["Back"].parameters()]
        return {"m": adam(iter(both)), "j": adam(networks["Judge"])}

    calls = compare(space, by_hand, optimizers, kind)
    assert calls.all == {"There": STEPS, "Back": STEPS, "Judge": 2 * STEPS}


@KINDS
def test_three_updates_that_share_an_encoder(kind: str) -> None:
    """As in a VAE-GAN: the encoder follows one loss, the maker two, the judge another."""
    encoder = chain(
        ("N", 1, 8, 8), node("flat", "Flatten"), node("fc", "Linear", out_features=4), name="Coder"
    )
    nodes = [
        node("code", "Network", network="Coder"),
        node("make", "Network", network="Maker"),
        node("error", "L1"),
        node("fake", "Network", network="Judge"),
        node("fooled", "Softplus", sign=-1.0),
        node("total", "Sum"),
        node("wrong", "Softplus"),
        node("coding", "Update", networks=("Coder",), learning_rate=1e-2, turn=1),
        node("making", "Update", networks=("Maker",), learning_rate=1e-2, turn=1),
        node("judging", "Update", networks=("Judge",), learning_rate=1e-2, turn=1),
    ]
    wires = (
        "data.image -> code.x, code.y -> make.x, make.y -> error.a, data.image -> error.b,"
        "make.y -> fake.x, fake.y -> fooled.input, error -> total.a, fooled -> total.b,"
        "fake.y -> wrong.input, error -> coding.loss, total -> making.loss, wrong -> judging.loss"
    )
    space = compiled(encoder, maker(), judge(), training(nodes, wires))

    def by_hand(networks: Networks, batch: Batch, optimizers: Any, step: int) -> Any:
        made = networks["Maker"](networks["Coder"](batch["image"]))
        error = F.l1_loss(made, batch["image"])
        fake = networks["Judge"](made)
        total = error + F.softplus(-1.0 * fake).mean()
        wrong = F.softplus(1.0 * fake).mean()
        for optimizer in optimizers.values():
            optimizer.zero_grad(set_to_none=True)
        given = {name: list(network.parameters()) for name, network in networks.items()}
        torch.autograd.backward(error, inputs=given["Coder"], retain_graph=True)
        torch.autograd.backward(total, inputs=given["Maker"], retain_graph=True)
        torch.autograd.backward(wrong, inputs=given["Judge"])
        for optimizer in optimizers.values():
            optimizer.step()
        return {"loss/coding": error, "loss/making": total, "loss/judging": wrong}

    def optimizers(networks: Networks) -> dict[str, Any]:
        return {name: adam(networks[name]) for name in ("Coder", "Maker", "Judge")}

    calls = compare(space, by_hand, optimizers, kind)
    assert calls.all == dict.fromkeys(("Coder", "Maker", "Judge"), STEPS)


@KINDS
def test_an_actor_and_its_critic(kind: str) -> None:
    """The critic follows its error; the actor weighs its scores with the error as a constant."""
    weigh = formula("Weigh", "({a}.log_softmax(-1)[:, 0] * {b}[:, 0]).mean()", "a", "b")
    nodes = [
        node("actor", "Network", network="Actor"),
        node("critic", "Network", network="Critic"),
        node("cut", "Detach"),
        node("gain", "Weigh"),
        node("error", "Square"),
        node("critics", "Update", learning_rate=1e-2),
        node("actors", "Update", learning_rate=1e-2),
    ]
    wires = (
        "data.image -> actor.x, data.image -> critic.x, critic.y -> cut.input,"
        "actor.y -> gain.a, cut -> gain.b, critic.y -> error.input, error -> critics.loss,"
        "gain -> actors.loss"
    )
    square = formula("Square", "{input}.square().mean()", "input")
    types = {**EVERY, "Weigh": weigh, "Square": square}
    boards = (judge("Actor", 3), judge("Critic"), training(nodes, wires))
    found = check(project(*boards), types)
    assert not found.issues
    space = opened(found)
    assert space.plan.updates["actors"].networks == ("Actor",)

    def by_hand(networks: Networks, batch: Batch, optimizers: Any, step: int) -> Any:
        value = networks["Critic"](batch["image"])
        error = value.square().mean()
        descend(error, optimizers["c"], networks["Critic"])
        scores = networks["Actor"](batch["image"])
        gain = (scores.log_softmax(-1)[:, 0] * value.detach()[:, 0]).mean()
        descend(gain, optimizers["a"], networks["Actor"])
        return {"loss/critics": error, "loss/actors": gain}

    def optimizers(networks: Networks) -> dict[str, Any]:
        return {"c": adam(networks["Critic"]), "a": adam(networks["Actor"])}

    calls = compare(space, by_hand, optimizers, kind)
    assert calls.all == {"Actor": STEPS, "Critic": STEPS}


@KINDS
@pytest.mark.parametrize(("decay", "often"), [(0.0, 2), (0.9, 1)])
def test_a_slow_copy(kind: str, decay: float, often: int) -> None:
    """As in DQN and BYOL: a network follows another, and is what that one learns from."""
    slow = {"instance": "Slow", "follows": "Judge", "decay": decay, "follow_every": often}
    nodes = [
        node("quick", "Network", network="Judge"),
        node("slow", "Network", network="Judge", **slow),
        node("error", "L1"),
        node("update", "Update", learning_rate=1e-2),
    ]
    wires = (
        "data.image -> quick.x, data.image -> slow.x, quick.y -> error.a, slow.y -> error.b,"
        "error -> update.loss"
    )
    space = compiled(judge(), training(nodes, wires))
    assert space.plan.updates["update"].networks == ("Judge",)

    def by_hand(networks: Networks, batch: Batch, optimizers: Any, step: int) -> Any:
        slow = networks["Slow"]
        found = networks["Judge"](batch["image"])
        with torch.no_grad():
            wanted = slow(batch["image"])
        error = F.l1_loss(found, wanted)
        descend(error, optimizers["u"], networks["Judge"])
        if (step + 1) % often == 0:
            with torch.no_grad():
                pairs = zip(slow.parameters(), networks["Judge"].parameters(), strict=True)
                for mine, theirs in pairs:
                    mine.lerp_(theirs, 1 - decay)
        return {"loss/update": error}

    calls = compare(space, by_hand, lambda n: {"u": adam(n["Judge"])}, kind)
    assert calls.graph == {"Judge": STEPS, "Slow": 0}


def test_a_network_twice_and_a_layer_on_the_board() -> None:
    nodes = [
        node("one", "Network", network="Judge"),
        node("dim", "Half"),
        node("two", "Network", network="Judge"),
        node("learned", "Learned"),
        node("error", "L1"),
        node("update", "Update", learning_rate=1e-2),
    ]
    wires = (
        "data.image -> one.x, data.image -> dim.input, dim -> two.x, one.y -> learned.input,"
        "learned -> error.a, two.y -> error.b, error -> update.loss"
    )
    space = compiled(judge(dropout=0.0), training(nodes, wires))
    torch.manual_seed(0)
    objective, data = space.objective(), space.data()
    nn.init.constant_(objective.networks["Judge"].out.bias, -1.0)  # scores that PReLU bends
    assert space.plan.updates["update"].layers == ("learned",)
    loop = Loop(objective, data, space.plan, torch.device("cpu"))
    before = loop.weights()
    assert before.keys() == {"Judge", "objective"}
    loop.step(torch.arange(BATCH))
    after = loop.weights()
    old, new = (weights["objective"]["learned.weight"] for weights in (before, after))
    assert not torch.equal(old, new)
    network = copy.deepcopy(objective.networks["Judge"])
    image = data.batch("training", torch.arange(3))
    network.eval()
    objective.eval()
    expected = F.l1_loss(
        F.prelu(network(image["image"]), new),
        network(0.5 * image["image"]),
    )
    assert torch.equal(objective.evaluate(image, loop.at())["loss/update"], expected)


def test_weights_are_constants_where_they_are_frozen() -> None:
    """Live in one place and frozen in another: gradients go through the second, not into it."""
    nodes = [
        node("paint", "Network", network="Paint"),
        node("live", "Network", network="Judge"),
        node("still", "Network", network="Judge", state="frozen"),
        node("one", "Softplus"),
        node("two", "Softplus", sign=-1.0),
        node("both", "Sum"),
        node("update", "Update", learning_rate=1e-2),
    ]
    wires = (
        "data.image -> live.x, live.y -> one.input, data.image -> paint.x, paint.y -> still.x,"
        "still.y -> two.input, one -> both.a, two -> both.b, both -> update.loss"
    )
    space = compiled(painter("Paint"), judge(dropout=0.0), training(nodes, wires))
    assert space.plan.updates["update"].networks == ("Paint", "Judge")

    def by_hand(networks: Networks, batch: Batch, optimizers: Any, step: int) -> Any:
        image, judged = batch["image"], networks["Judge"]
        loss = F.softplus(1.0 * judged(image)).mean()
        still = copy.deepcopy(judged).requires_grad_(False)
        loss = loss + F.softplus(-1.0 * still(networks["Paint"](image))).mean()
        descend(loss, optimizers["u"], judged, networks["Paint"])
        return {"loss/update": loss}

    def optimizers(networks: Networks) -> dict[str, Any]:
        both = [*networks["Paint"].parameters(), *networks["Judge"].parameters()]
        return {"u": adam(iter(both))}

    compare(space, by_hand, optimizers, "fused")


def test_what_an_update_cannot_reach_is_told() -> None:
    boards = gan("d")
    nodes = dict(boards[2].nodes)
    nodes["d"] = nodes["d"].with_param("networks", ("Maker",))
    cut = replace(nodes["noise"], id="noise")
    found = check(project(*boards[:2], replace(boards[2], nodes={**nodes, "noise": cut})), EVERY)
    assert not found.errors, "the judge's loss does go back to the maker"
    alone = replace(
        boards[2],
        nodes={**boards[2].nodes, "cut": node("cut", "Detach")},
        wires=tuple(
            replace(w, source="cut", source_port="output") if w.target == "fake" else w
            for w in boards[2].wires
        ),
    )
    text = "make.y -> cut.input"
    more = board(list(alone.nodes.values()), text, "Train", "training").wires
    found = check(project(*boards[:2], replace(alone, wires=(*alone.wires, *more))), EVERY)
    assert [(i.code, i.node) for i in found.errors] == [("idle-update", "g")]
    assert (
        "g is to train Maker, but its loss goes back to no weights of it" in found.errors[0].message
    )

"""Taps see the value of every node, may put another in its place, and leave nothing behind."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from studio.model.figures import Bars, Images
from studio.model.gallery import template
from studio.model.messages import Look
from studio.model.project import Project
from studio.run.loaded_project import LoadedProject, build
from studio.run.node_outputs import run_batch, untouched
from studio.run.probing import Probing, module_at
from studio.run.taps import Tap
from tests.run.drawn import network, parsed, project, recurrent, training

Seen = list[tuple[Tap, Tensor]]


def of_gallery(name: str) -> Project:
    found = template(name)
    return replace(found, settings=replace(found.settings, device="cpu"))


def reading() -> Project:
    """A network that reads a picture row by row, and uses one of three things that are put out."""
    chain = ["image", "rows", "lstm", "flatten", "norm", "linear", "logits"]
    boards = {"Net": network(), "Train": training({}, 16)}
    boards["Net"]["nodes"] = {
        "image": {"type": "Input", "params": {"shape": ["N", 1, 8, 8]}},
        "rows": {"type": "Reshape", "params": {"shape": [8, 8]}},
        "lstm": {"type": "LSTM", "params": {"hidden_size": 4}},
        "flatten": {"type": "Flatten"},
        "norm": {"type": "BatchNorm1d"},
        "linear": {"type": "Linear", "params": {"out_features": 10}},
        "logits": {"type": "Output"},
    }
    boards["Net"]["wires"] = [f"{a}.output -> {b}.input" for a, b in pairwise(chain)]
    return parsed({"netloom": 1, "settings": {"device": "cpu"}, "boards": boards})


def tied() -> Project:
    """A block that follows itself with one set of weights."""
    drawn = project()
    net = drawn.boards["Net"]
    layers = net.nodes["layers"]
    layers = replace(layers, params={**layers.params, "tied": True})
    return drawn.with_board(replace(net, nodes={**net.nodes, "layers": layers}))


MADE: Mapping[str, Callable[[], Project]] = {
    "blocks": project,
    "tied": tied,
    "reading": reading,
    "recurrent": recurrent,
    **{name: functools.partial(of_gallery, name) for name in ("gan", "vae", "distill", "karate")},
}


@functools.cache
def loaded_from(name: str) -> LoadedProject:
    return build(MADE[name]())


def batch_of(loaded: LoadedProject) -> dict[str, Tensor]:
    some = torch.arange(min(6, loaded.data.size("training")))
    return loaded.data.batch("training", some)


def steps(loaded: LoadedProject, batch: dict[str, Tensor]) -> list[Tensor]:
    """Losses of a step in training mode, gone back from, and what was moved without an update."""
    torch.manual_seed(0)
    loop = loaded.training
    loop.set_modes()
    found = []
    for step in loop.objective.training_steps(batch, loop.at()):
        step.loss.backward(retain_graph=True)
        found.append(step.loss.detach())
    for module in loop.modules.values():
        found += [p.grad.clone() for p in module.parameters() if p.grad is not None]
        found += [buffer.clone() for buffer in module.buffers()]
        module.zero_grad()
    return found


def watched(loaded: LoadedProject, batch: dict[str, Tensor]) -> tuple[list[Tensor], Seen]:
    seen: Seen = []

    def see(tap: Tap, value: Tensor) -> Tensor:
        seen.append((tap, value.detach().clone()))
        return value

    with loaded.taps.seen(see):
        return steps(loaded, batch), seen


@pytest.mark.parametrize("name", MADE)
def test_steps_are_the_same_to_the_bit_while_they_are_seen(name: str) -> None:
    plain, tapped = build(MADE[name]()), build(MADE[name]())
    batch = batch_of(plain)
    kinds = [type(m) for n in tapped.networks.values() for m in n.modules()]
    weights = [p for n in tapped.networks.values() for p in n.parameters()]
    found, seen = watched(tapped, batch)
    for one, other in zip(steps(plain, batch), found, strict=True):
        assert torch.equal(one, other)
    assert seen
    assert [type(m) for n in tapped.networks.values() for m in n.modules()] == kinds
    for before, after in zip(
        weights, (p for n in tapped.networks.values() for p in n.parameters()), strict=True
    ):
        assert before is after
    assert "_tap" not in tapped.source.text


@pytest.mark.parametrize("name", ["blocks", "reading", "recurrent", "karate"])
def test_what_is_seen_is_what_hooks_see(name: str) -> None:
    loaded = loaded_from(name)
    (net,) = loaded.networks.values()
    hooked: dict[str, Tensor] = {}

    def hook(path: str) -> Callable[..., None]:
        def note(module: nn.Module, given: object, result: Tensor | tuple[Tensor, ...]) -> None:
            hooked[path] = result if isinstance(result, Tensor) else result[0]

        return note

    layers = {p: m for p, m in net.named_modules() if p and not isinstance(m, nn.Sequential)}
    hooks = [module.register_forward_hook(hook(path)) for path, module in layers.items()]
    with untouched(loaded):
        (instance,) = loaded.networks
        found = run_batch(loaded, instance, batch_of(loaded)).outputs
    for handle in hooks:
        handle.remove()
    for path, value in found.items():
        assert module_at(net, path) is layers.get(path, module_at(net, path))
        assert path not in layers or torch.equal(value, hooked[path])
    assert {p for p in layers if "." not in p} <= found.keys()
    drawn = loaded.project.boards[loaded.project.instances[instance]].nodes.values()
    assert {n.id for n in drawn if n.role != "output"} <= found.keys()


def test_every_output_of_a_node_is_seen_also_what_nothing_uses() -> None:
    loaded = loaded_from("reading")
    _, seen = watched(loaded, batch_of(loaded))
    ends = {(t.node, t.port): tuple(v.shape) for t, v in seen if t.board == "Net"}
    assert ends["lstm", "output"] == (6, 8, 4)
    assert ends["lstm", "hidden"] == ends["lstm", "cell"] == (1, 6, 4)


@pytest.mark.parametrize("name", ["blocks", "tied"])
def test_copies_of_a_block_are_told_apart(name: str) -> None:
    loaded = loaded_from(name)
    with untouched(loaded), torch.no_grad():
        found = run_batch(loaded, "Net", batch_of(loaded))
    assert torch.equal(found.outputs["layers.0.skip"], found.outputs["layers.1.x"])
    assert torch.equal(found.outputs["layers.1.skip"], found.outputs["layers"])
    assert not torch.equal(found.outputs["layers.0.skip"], found.outputs["layers.1.skip"])
    assert found.into("layers.1.attention")["input"] is found.outputs["layers.1.norm"]
    net = loaded.networks["Net"]
    first, second = (module_at(net, f"layers.{n}.attention") for n in (0, 1))
    assert first is not None
    assert (first is second) == (name == "tied")
    assert module_at(net, "relu") is None


def test_steps_of_a_scan_are_told_apart() -> None:
    loaded = loaded_from("recurrent")
    with untouched(loaded), torch.no_grad():
        found = run_batch(loaded, "Net", batch_of(loaded))
    rows = found.outputs["rows"]
    for time in range(8):
        assert torch.equal(found.outputs[f"cell.{time}.x"], rows[:, time])
    assert torch.equal(found.outputs["cell.6.h"], found.outputs["cell.7.mixed"])
    assert torch.equal(found.outputs["cell.0.mixed"], found.outputs["cell"])
    net = loaded.networks["Net"]
    assert module_at(net, "cell.3.gate") is module_at(net, "cell.gate")


def test_places_of_one_network_are_told_apart_and_the_training_board_is_seen() -> None:
    loaded = loaded_from("gan")
    _, seen = watched(loaded, batch_of(loaded))
    scores = [t.within for t, _ in seen if (t.board, t.node) == ("Discriminator", "score")]
    assert scores == [("on_real",), ("on_fake",), ("on_fake",)]
    board = {(t.node, t.port) for t, _ in seen if t.board == "Training"}
    assert {("digits", "image"), ("noise", "output"), ("both", "output")} <= board


def replaced(loaded: LoadedProject, node: str, change: Callable[[Tensor], Tensor]) -> Seen:
    """All values of an evaluation in which those of one node are others."""
    seen: Seen = []

    def see(tap: Tap, value: Tensor) -> Tensor:
        value = change(value) if (tap.board, tap.node) == ("Net", node) else value
        seen.append((tap, value))
        return value

    with untouched(loaded), loaded.taps.seen(see):
        loop = loaded.training
        loop.objective.evaluate(batch_of(loaded), loop.at())
    return seen


def test_what_is_put_in_place_of_a_value_changes_what_comes_after_alone() -> None:
    loaded = loaded_from("blocks")
    plain = replaced(loaded, "relu", lambda value: value)
    other = replaced(loaded, "relu", torch.zeros_like)
    assert [t for t, _ in plain] == [t for t, _ in other]
    pairs = [(t.node, a, b) for (t, a), (_, b) in zip(plain, other, strict=True)]
    same = [node for node, a, b in pairs if torch.equal(a, b)]
    assert [node for node in same if node != "accuracy"] == ["digits", "digits", "image", "conv"]


def test_gradients_reach_a_value_that_was_put_in_place() -> None:
    loaded = loaded_from("blocks")
    given: list[Tensor] = []

    def leaf(value: Tensor) -> Tensor:
        given.append(value.detach().requires_grad_())
        return given[-1]

    with torch.enable_grad():
        values = {t.node: v for t, v in replaced(loaded, "linear", leaf) if t.board == "Train"}
        (found,) = torch.autograd.grad(values["cost"], given)
    (scores,) = given
    wanted = (scores.softmax(-1) - nn.functional.one_hot(values["digits"], 10)) / len(scores)
    torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("sample", [0, 3])
def test_attribution_is_value_times_falling_loss(sample: int) -> None:
    loaded = loaded_from("blocks")
    probing = Probing(loaded)
    answer = probing.look(Look(1, "Attribution", "Net", "linear", sample=sample))
    (bars,) = answer.figures
    assert isinstance(bars, Bars)
    batch = loaded.data.batch("validation", torch.tensor([sample]))
    with untouched(loaded), torch.no_grad():
        (scores,) = loaded.networks["Net"](batch["image"])
    wanted = scores * (nn.functional.one_hot(batch["label"][0], 10) - scores.softmax(-1))
    torch.testing.assert_close(torch.tensor(bars.values), wanted)
    picture, channels = probing.look(Look(1, "Attribution", "Net", "relu", sample=sample)).figures
    assert isinstance(picture, Images)
    assert isinstance(channels, Bars)
    assert picture.values.sum() == pytest.approx(channels.values.sum(), rel=1e-4)


def test_looking_moves_no_mode_and_no_mean() -> None:
    loaded = loaded_from("reading")
    net = loaded.networks["Net"]
    net.train()
    before = {key: value.clone() for key, value in net.state_dict().items()}
    probing = Probing(loaded)
    for node, names in probing.probes().networks["Net"].items():
        for name in names:
            assert not probing.look(Look(1, name, "Net", node)).error or name == "Predict"
    assert all(module.training for module in net.modules())
    assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items())


def test_a_failure_while_looking_leads_back_to_its_node_and_to_plain_code() -> None:
    loaded = build(project())
    plain = type(loaded.networks["Net"])
    probing = Probing(loaded)
    loaded.networks["Net"].get_submodule("conv").register_forward_hook(lambda *_: 1 / 0)
    assert probing.look(Look(1, "Feature maps", "Net", "conv")).error.startswith("conv failed:")
    assert type(loaded.networks["Net"]) is plain


def test_every_path_leads_to_where_its_node_is_drawn() -> None:
    places = Probing(loaded_from("tied")).probes().places["Net"]
    assert places["relu"] == ("Net", "relu")
    assert places["layers"] == ("Net", "layers")
    assert places["layers.0.skip"] == places["layers.1.skip"] == ("Layer", "skip")

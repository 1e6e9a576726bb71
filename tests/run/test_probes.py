"""Looking inside: the figures are right, and the training never notices."""

import time
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from nodes.modules.attention import MultiHeadAttention
from nodes.modules.grouped_attention import GroupedQueryAttention
from studio.model.figures import Bars, Heatmap, Histogram, Images, Text
from studio.model.messages import Look, Train
from studio.model.project import Node, Wire
from studio.model.project_file import load
from studio.run.loaded_project import LoadedProject, build
from studio.run.node_outputs import run_value, untouched, wiring
from studio.run.probes.attention import weights
from studio.run.probing import Probing
from studio.run.training_runs import start
from tests.run.drawn import project

PROJECTS = Path(__file__).parents[2] / "projects"


@pytest.fixture(scope="module")
def insight() -> Probing:
    return Probing(build(project()))


def look(insight: Probing, probe: str, node: str = "", **more: Any) -> tuple[object, ...]:
    network = next(iter(insight.loaded.networks))
    answer = insight.look(Look(1, probe, network, node, **more))
    assert not answer.error, answer.error
    return answer.figures


def test_every_node_is_there_functional_ones_too(insight: Probing) -> None:
    probes = insight.probes()
    found = probes.networks["Net"]
    assert {"", "image", "conv", "relu", "layers.0.attention", "layers.1.skip", "linear"} <= set(
        found
    )
    assert list(found)[:4] == ["", "image", "conv", "relu"]
    assert "Feature maps" in found["relu"]
    assert "Attention" in found["layers.1.attention"]
    assert "Attention" not in found["conv"]
    assert {"Predictions", "Confusion matrix", "Predict", "Gradient norm"} <= set(found[""])
    assert (probes.takes, probes.image_size) == ("image", (8, 8))
    assert probes.samples["validation"] == 179


def test_attention_weights_are_torchs() -> None:
    for causal in (False, True):
        torch.manual_seed(0)
        ours = MultiHeadAttention(12, 3, causal=causal)
        theirs = nn.MultiheadAttention(12, 3, batch_first=True)
        with torch.no_grad():
            theirs.in_proj_weight.copy_(
                torch.cat([ours.query.weight, ours.key.weight, ours.value.weight])
            )
            theirs.in_proj_bias.copy_(torch.cat([ours.query.bias, ours.key.bias, ours.value.bias]))
        x = torch.randn(2, 5, 12)
        mask = torch.ones(5, 5).triu(1).bool() if causal else None
        _, expected = theirs(x, x, x, attn_mask=mask, average_attn_weights=False)
        torch.testing.assert_close(weights(ours, x), expected)


@pytest.mark.parametrize("added", [False, True], ids=["allowed", "added"])
def test_weights_of_grouped_and_masked_attention_give_what_it_gives(added: bool) -> None:
    torch.manual_seed(0)
    layer, x = GroupedQueryAttention(8, 4, 2), torch.randn(3, 5, 8)
    mask = torch.randn(3, 5, 5) if added else torch.rand(3, 5, 5) < 0.5
    if not added:
        mask[..., 0] = True
    values = layer.value(x).unflatten(-1, (2, 1, -1)).permute(0, 2, 3, 1, 4)
    gathered = weights(layer, x, mask=mask).unflatten(1, (2, 2)) @ values
    expected = layer.output(gathered.flatten(1, 2).transpose(1, 2).flatten(2))
    torch.testing.assert_close(layer(x, mask=mask), expected)


def test_feature_maps_are_what_the_layer_puts_out(insight: Probing) -> None:
    (maps,) = look(insight, "Feature maps", "conv", sample=3)
    assert isinstance(maps, Images)
    loaded = insight.loaded
    image = loaded.data.batch("validation", torch.tensor([3]))["image"]
    conv = loaded.networks["Net"].get_submodule("conv")
    np.testing.assert_allclose(maps.values, conv(image)[0].detach().numpy(), rtol=1e-5, atol=1e-6)


def test_figures_of_every_probe(insight: Probing) -> None:
    network = insight.loaded.networks["Net"]
    for node, names in insight.probes().networks["Net"].items():
        for name in names:
            value = np.zeros((20, 30), np.float32) if name == "Predict" else None
            assert look(insight, name, node, value=value)
    (norms,) = look(insight, "Gradient norm")
    assert isinstance(norms, Bars)
    assert {"conv", "linear", "layers.0.attention.query"} <= set(norms.names)
    (matrix,) = look(insight, "Confusion matrix", part="test")
    assert isinstance(matrix, Heatmap)
    assert matrix.values.sum() == insight.loaded.data.epoch("test")
    (histogram, _) = look(insight, "Weight histogram", "conv")
    assert isinstance(histogram, Histogram)
    assert histogram.counts.sum() == network.get_submodule("conv").weight.numel()
    heads = [f for f in look(insight, "Attention", "layers.0.attention") if isinstance(f, Heatmap)]
    assert len(heads) == 2
    np.testing.assert_allclose(heads[0].values.sum(1), 1, rtol=1e-5)


def test_gradients_are_those_of_the_loss(insight: Probing) -> None:
    (norms,) = look(insight, "Gradient norm", part="training")
    assert isinstance(norms, Bars)
    again = build(project()).training
    for network in again.networks.values():
        network.eval()
    batch = again.data.batch("training", torch.arange(64))
    next(again.objective.training_steps(batch, again.at())).loss.backward()
    layer = again.networks["Net"].get_submodule("linear")
    parts = [p.grad for p in layer.parameters()]
    expected = torch.cat([g.flatten() for g in parts if g is not None]).norm().item()
    assert norms.values[norms.names.index("linear")] == pytest.approx(expected, rel=1e-4)


def trained(folder: Path, looking: bool) -> tuple[dict[str, torch.Tensor], int]:
    """Weights after a training in which everything is looked at after every step, or nothing."""
    inbox: SimpleQueue[object] = SimpleQueue()
    seen: list[Probing] = []
    answers: list[object] = []

    def event(message: object) -> None:
        if isinstance(message, LoadedProject) and looking:
            seen.append(Probing(message))
            ask()

    def ask() -> None:
        for node, names in seen[0].probes().networks["Net"].items():
            for name in names:
                inbox.put(Look(0, name, "Net", node))

    def answer(message: Look) -> None:
        answers.append(seen[0].look(message))
        if inbox.empty() and len(answers) < 300:
            ask()

    work = start(Train(project(epochs=1), folder), event, inbox, answer)
    work.run()
    found: dict[str, torch.Tensor] = work.checkpoints.last["networks"]["Net"]
    return found, len(answers)


def test_looking_changes_nothing(tmp_path: Path) -> None:
    with_looks, answers = trained(tmp_path / "looked", looking=True)
    without, none = trained(tmp_path / "not", looking=False)
    assert (answers >= 300, none) == (True, 0)
    assert all(torch.equal(with_looks[key], without[key]) for key in without)


def test_unknown_looks_are_answered(insight: Probing) -> None:
    assert "nothing to show" in insight.look(Look(7, "Attention", "Net", "conv")).error
    assert insight.look(Look(7, "Nonsense", "Net")).ticket == 7
    assert "counted from 0" in insight.look(Look(7, "Predictions", "Net", sample=10**6)).error


def test_language_model_writes_and_shows_characters() -> None:
    insight = Probing(build(load(PROJECTS / "gpt.json")))
    probes = insight.probes()
    name = next(iter(probes.networks))
    assert probes.takes == "text"
    (text,) = look(insight, "Write", value="The class ", options={"length": 90, "temperature": 1.0})
    assert isinstance(text, Text)
    assert text.text.startswith("The class ")
    assert len(text.text) == 100
    assert look(
        insight, "Write", value="The class ", options={"length": 90, "temperature": 1.0}
    ) == (text,)
    node = next(n for n, names in probes.networks[name].items() if "Attention" in names)
    heads = look(insight, "Attention", node, value="What is\n")
    assert isinstance(heads[0], Heatmap)
    assert heads[0].rows[:2] == ("W", "h")
    assert heads[0].rows[4] == "␣"
    assert (np.triu(heads[0].values, 1) == 0).all()
    began = time.perf_counter()
    assert isinstance(look(insight, "Predictions")[0], Bars)
    assert time.perf_counter() - began < 1


def test_gradient_norms_where_several_updates_train(tmp_path: Path) -> None:
    """A network that another update was just about is no frozen one, and its gradients are those of
    its own update."""
    drawn = project()
    board = drawn.boards["Train"]
    twin = replace(drawn.boards["Net"], name="Twin")
    nodes = {
        **board.nodes,
        "twin": Node("twin", "Network", {"network": "Twin"}),
        "cost2": Node("cost2", "CrossEntropy"),
        "update2": Node("update2", "Update"),
    }
    wires = (
        *board.wires,
        Wire("digits", "image", "twin", "image"),
        Wire("twin", "logits", "cost2", "logits"),
        Wire("digits", "label", "cost2", "target"),
        Wire("cost2", "loss", "update2", "loss"),
    )
    both = drawn.with_board(twin).with_board(replace(board, nodes=nodes, wires=wires))
    alone, insight = Probing(build(drawn)), Probing(build(both))
    training = insight.loaded.training
    weights = training.weights()["Net"]
    training.step(next(iter(training.batches())))  # leaves the second update's networks to learn
    for probing in (alone, insight):
        probing.loaded.networks["Net"].load_state_dict(weights)
    before = [p.requires_grad for p in insight.loaded.networks["Net"].parameters()]
    found = [p.look(Look(1, "Gradient norm", "Net", "")) for p in (alone, insight)]
    assert [answer.error for answer in found] == ["", ""]
    np.testing.assert_allclose(found[0].figures[0].values, found[1].figures[0].values, rtol=1e-4)
    assert [p.requires_grad for p in insight.loaded.networks["Net"].parameters()] == before


@pytest.fixture(scope="module")
def graph() -> Probing:
    return Probing(build(load(PROJECTS / "karate.json")))


@pytest.mark.parametrize(("part", "members"), [("training", 2), ("test", 32)])
def test_of_a_graph_what_the_mask_marks_is_answered(
    graph: Probing, part: str, members: int
) -> None:
    (answers,) = look(graph, "Predictions", part=part)
    (matrix,) = look(graph, "Confusion matrix", part=part)
    assert isinstance(answers, Heatmap)
    assert isinstance(matrix, Heatmap)
    assert answers.values.shape == (members, 2)
    assert matrix.values.sum() == members
    right = int(matrix.values.trace())
    assert answers.title == f"{right} of {members} right"
    assert matrix.title == f"{part.capitalize()}: {right / members:.1%} right"


@pytest.mark.parametrize("probe", ["Predictions", "Confusion matrix", "Gradient norm"])
def test_a_part_that_is_not_there_is_told(graph: Probing, probe: str) -> None:
    answer = graph.look(Look(1, probe, "GCN", part="validation"))
    assert answer.error == "The data has no validation part."


def test_a_network_at_several_places_is_looked_into_at_the_first() -> None:
    """A judge sees the data before it sees what is made: a drawing goes where the data goes."""
    drawn = load(Path(__file__).parents[2] / "projects" / "gan.json")
    loaded = build(replace(drawn, settings=replace(drawn.settings, device="cpu")))
    assert wiring(loaded, "Discriminator") == ("image",)
    assert wiring(loaded, "Generator") is None
    drawing = np.zeros((8, 8), np.float32)
    with untouched(loaded), torch.no_grad():
        found = run_value(loaded, "Discriminator", drawing)
    assert found.result is not None
    assert found.result.shape == (1, 1)

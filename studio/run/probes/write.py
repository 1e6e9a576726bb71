"""Write: the language model goes on with a text."""

from collections.abc import Iterator

import torch

from studio.compile.board_flow import nesting
from studio.model.figures import Figure, Text
from studio.run.loaded_project import LoadedProject
from studio.run.probes.predictions import scores_classes
from studio.run.probes.probe import Context, Probe, Site


def _applies(site: Site) -> bool:
    return site.loaded.described.takes == "text" and scores_classes(site)


def window(loaded: LoadedProject, name: str) -> int:
    """How many tokens the network reads at most: as many as its nodes can place, or some times
    the length of a sample."""
    checking = loaded.compiled.checking
    bounds = [
        int(flow.values[id][declared.longest])
        for flow in nesting([checking.flows[name]])
        for id, node in flow.board.nodes.items()
        if (declared := checking.types.get(node.type)) is not None and declared.longest
    ]
    part = "training" if loaded.data.epoch("training") else "validation"
    batch = loaded.data.batch(part, torch.tensor([0], device=loaded.device))
    return min(bounds) if bounds else 4 * next(iter(batch.values())).shape[1]


def write(
    loaded: LoadedProject,
    name: str,
    prompt: str,
    length: int = 200,
    temperature: float = 0.8,
    seed: int = 0,
) -> Iterator[str]:
    """What the network writes after a prompt, piece by piece. Call it `untouched`."""
    data, network = loaded.data, loaded.networks[name]
    if loaded.described.takes != "text":
        raise ValueError("the data has no text; train a language model to write")
    generator = torch.Generator().manual_seed(seed)
    tokens = next(iter(data.encode(prompt).values())).to(loaded.device)
    most, named = window(loaded, name), len(loaded.classes)
    with torch.no_grad():
        for _ in range(length):
            scores = network(tokens[:, -most:])[0, -1, :named].float().cpu()
            chances = (scores / max(temperature, 1e-4)).softmax(-1)
            token = torch.multinomial(chances, 1, generator=generator).to(loaded.device)
            tokens = torch.cat((tokens, token[None]), dim=1)
            yield loaded.classes[int(token)]


def _figures(context: Context) -> tuple[Figure, ...]:
    value = context.look.value
    prompt = value if isinstance(value, str) else ""
    pieces = write(
        context.loaded,
        context.site.network,
        prompt,
        min(2000, int(context.option("length", 200))),
        float(context.option("temperature", 0.8)),
        int(context.option("seed", 0)),
    )
    return (Text("Written", prompt + "".join(pieces)),)


PROBE = Probe("Write", _applies, _figures, place=13, slow=True)

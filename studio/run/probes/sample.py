"""Sample: what was chosen of the data, as a person sees it."""

from studio.model.decoded import decoded
from studio.model.figures import Figure
from studio.run.probes.probe import Context, Probe


def _figures(context: Context) -> tuple[Figure, ...]:
    fields = context.loaded.described.fields
    sample = {
        name: (values[0] if fields[name].shape[0] == "N" else values).cpu().numpy()
        for name, values in context.batch().items()
        if name in fields
    }
    return decoded(context.loaded.described, sample)


PROBE = Probe("Sample", lambda site: not site.path, _figures, place=14)

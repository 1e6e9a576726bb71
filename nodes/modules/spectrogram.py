"""Sound as pictures."""

import math

import torch
from torch import Tensor, nn


def mel_filters(bands: int, window: int, sample_rate: int) -> Tensor:
    """Triangles (bands, window // 2 + 1) over frequencies, evenly spaced on the mel scale,
    2595 · log10(1 + Hz / 700) (O'Shaughnessy, 1987)."""
    mel = torch.linspace(0, 2595 * math.log10(1 + sample_rate / 1400), bands + 2)
    corners = 700 * (10 ** (mel / 2595) - 1)
    at = torch.linspace(0, sample_rate / 2, window // 2 + 1)
    rise = (at - corners[:-2, None]) / (corners[1:-1] - corners[:-2])[:, None]
    fall = (corners[2:, None] - at) / (corners[2:] - corners[1:-1])[:, None]
    return torch.minimum(rise, fall).clamp(min=0)


class LogMelSpectrogram(nn.Module):
    """The logarithm of a sound's energy in bands as wide as the ear hears them (Davis and
    Mermelstein, 1980): (N, samples) -> (N, bands, 1 + samples // hop)."""

    window: Tensor
    filters: Tensor

    def __init__(
        self,
        bands: int,
        sample_rate: int = 16000,
        window: int = 400,
        hop: int = 160,
        floor: float = 1e-10,
    ) -> None:
        super().__init__()
        self.hop, self.floor = hop, floor
        self.register_buffer("window", torch.hann_window(window), persistent=False)
        filters = mel_filters(bands, window, sample_rate)
        self.register_buffer("filters", filters, persistent=False)

    def forward(self, input: Tensor) -> Tensor:
        waves = torch.stft(
            input,
            len(self.window),
            self.hop,
            window=self.window,
            pad_mode="constant",
            return_complex=True,
        )
        energy = self.filters @ waves.abs().square()
        return energy.clamp(min=self.floor).log()

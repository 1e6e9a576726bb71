"""Reads an image file as a network takes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from studio.cli.command_error import CommandError


def read_image(path: Path) -> NDArray[np.float32]:
    """A grey picture (H, W) in 0..1, light on dark: ink on paper is turned round."""
    try:
        with Image.open(path) as opened:
            whole = Image.new("RGBA", opened.size, "white")
            whole.alpha_composite(opened.convert("RGBA"))
    except UnidentifiedImageError as error:
        raise CommandError(f"{path} is no image that can be read; use PNG or JPEG.") from error
    except Image.DecompressionBombError as error:
        raise CommandError(f"{path} is too large an image; use a smaller one.") from error
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror or error}.") from error
    grey: NDArray[np.float32] = np.asarray(whole.convert("L")).astype(np.float32) / np.float32(255)
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return np.float32(1) - grey if float(np.median(edge)) > 0.5 else grey

"""Images as sequences of patches."""

import torch
from torch import Tensor, nn


class PatchEmbedding(nn.Module):
    """Makes each patch of an image a vector (Dosovitskiy et al. 2020).

    (N, C, H, W) -> (N, patches, embed_dim), one more with a class token in front.
    """

    def __init__(
        self,
        in_channels: int,
        embed_dim: int,
        patch_size: int = 4,
        class_token: bool = False,
    ) -> None:
        super().__init__()
        self.projection = nn.Conv2d(
            in_channels, embed_dim, kernel_size=patch_size, stride=patch_size
        )
        self.token = nn.Parameter(torch.zeros(embed_dim)) if class_token else None

    def forward(self, x: Tensor) -> Tensor:
        patches = self.projection(x).flatten(2).transpose(1, 2)
        if self.token is None:
            return patches
        return torch.cat([self.token.expand(len(x), 1, -1), patches], dim=1)

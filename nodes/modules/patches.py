"""Images as sequences of patches."""

import torch
from torch import Tensor, nn


class PatchEmbedding(nn.Module):
    """Cuts an image into patches and makes each a vector (Dosovitskiy et al. 2020).

    (N, C, H, W) -> (N, T, embed_dim), T = H * W / patch_size ** 2, and one more in
    front with `class_token`.
    """

    def __init__(
        self,
        in_channels: int,
        embed_dim: int,
        patch_size: int = 4,
        class_token: bool = False,
    ) -> None:
        super().__init__()
        self.projection = nn.Conv2d(in_channels, embed_dim, patch_size, patch_size)
        self.token: nn.Parameter | None = None
        if class_token:
            self.token = nn.Parameter(torch.zeros(1, 1, embed_dim))

    def forward(self, input: Tensor) -> Tensor:
        patches: Tensor = self.projection(input).flatten(2).transpose(1, 2)
        if self.token is None:
            return patches
        return torch.cat((self.token.expand(len(patches), -1, -1), patches), dim=1)

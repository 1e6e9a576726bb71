"""Attention whose heads share keys and values."""

import torch.nn.functional as F
from torch import Tensor, nn


class GroupedQueryAttention(nn.Module):
    """Heads ask on their own but share keys and values in groups (Ainslie and others, 2023);
    with one group all share the same (Shazeer, 2019).

    `input` (N, T, embed_dim), `context` (N, S, context_dim) or the input itself; the output is
    (N, T, embed_dim). `mask`, true where a position may look or a number to add to its score, is
    (T, S), (N, T, S) or (N, heads, T, S).
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        groups: int,
        context_dim: int | None = None,
        head_dim: int | None = None,
        value_dim: int | None = None,
        causal: bool = False,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_heads % groups:
            raise ValueError(f"{groups} groups do not divide {num_heads} heads")
        source = embed_dim if context_dim is None else context_dim
        width = embed_dim // num_heads if head_dim is None else head_dim
        values = width if value_dim is None else value_dim
        self.num_heads, self.groups, self.causal = num_heads, groups, causal
        self.query = nn.Linear(embed_dim, num_heads * width, bias=bias)
        self.key = nn.Linear(source, groups * width, bias=bias)
        self.value = nn.Linear(source, groups * values, bias=bias)
        self.output = nn.Linear(num_heads * values, embed_dim, bias=bias)

    def forward(
        self, input: Tensor, context: Tensor | None = None, mask: Tensor | None = None
    ) -> Tensor:
        context = input if context is None else context
        query = self.query(input).unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
        key = self.key(context).unflatten(-1, (self.groups, -1)).transpose(1, 2)
        value = self.value(context).unflatten(-1, (self.groups, -1)).transpose(1, 2)
        shared = self.num_heads // self.groups
        gathered = F.scaled_dot_product_attention(
            query,
            key.repeat_interleave(shared, dim=1),
            value.repeat_interleave(shared, dim=1),
            attn_mask=mask[:, None] if mask is not None and mask.dim() == 3 else mask,
            is_causal=self.causal,
        )
        output: Tensor = self.output(gathered.transpose(1, 2).flatten(2))
        return output

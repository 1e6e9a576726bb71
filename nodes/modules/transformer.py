"""Stacks of torch's transformer layers."""

from torch import Tensor, nn


class TransformerEncoderStack(nn.Module):
    """`num_layers` encoder layers: (N, T, d_model) -> the same."""

    def __init__(
        self,
        d_model: int,
        nhead: int,
        num_layers: int,
        dim_feedforward: int = 256,
        dropout: float = 0.1,
        activation: str = "relu",
        layer_norm_eps: float = 1e-5,
        norm_first: bool = False,
        bias: bool = True,
        final_norm: bool = True,
    ) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(
            d_model,
            nhead,
            dim_feedforward,
            dropout,
            activation,
            layer_norm_eps,
            batch_first=True,
            norm_first=norm_first,
            bias=bias,
        )
        norm = nn.LayerNorm(d_model, layer_norm_eps, bias=bias) if final_norm else None
        self.stack = nn.TransformerEncoder(
            layer, num_layers, norm, enable_nested_tensor=False
        )

    def forward(
        self,
        input: Tensor,
        mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        output: Tensor = self.stack(input, mask, src_key_padding_mask, is_causal)
        return output


class TransformerDecoderStack(nn.Module):
    """`num_layers` decoder layers: (N, T, d_model) and a memory (N, S, d_model) -> as the first."""

    def __init__(
        self,
        d_model: int,
        nhead: int,
        num_layers: int,
        dim_feedforward: int = 256,
        dropout: float = 0.1,
        activation: str = "relu",
        layer_norm_eps: float = 1e-5,
        norm_first: bool = False,
        bias: bool = True,
        final_norm: bool = True,
    ) -> None:
        super().__init__()
        layer = nn.TransformerDecoderLayer(
            d_model,
            nhead,
            dim_feedforward,
            dropout,
            activation,
            layer_norm_eps,
            batch_first=True,
            norm_first=norm_first,
            bias=bias,
        )
        norm = nn.LayerNorm(d_model, layer_norm_eps, bias=bias) if final_norm else None
        self.stack = nn.TransformerDecoder(layer, num_layers, norm)

    def forward(
        self,
        input: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
    ) -> Tensor:
        output: Tensor = self.stack(
            input,
            memory,
            tgt_mask,
            tgt_key_padding_mask=tgt_key_padding_mask,
            memory_key_padding_mask=memory_key_padding_mask,
            tgt_is_causal=tgt_is_causal,
        )
        return output

"""What is said of nodes that share weights."""

from __future__ import annotations

from studio.model.gallery import template
from studio.model.shared_weights import shared_weights
from tests.compile.drawing import board, node


def test_all_who_share_weights_say_so() -> None:
    head = template("gpt2").boards["GPT2"]
    told = shared_weights(head)
    words = "embedding and head share the weights of embedding: counted once."
    assert told == {"embedding": words, "head": words}
    siamese = next(b for b in template("siamese").boards.values() if b.kind == "training")
    assert len(shared_weights(siamese)) == 2
    assert not shared_weights(template("lenet").boards["Training"])


def test_copies_of_a_repeat_share_weights_where_they_are_tied() -> None:
    drawn = board(
        [
            node("own", "Block", block="B", repeat=3),
            node("tied", "Block", block="B", repeat=3, tied=True),
            node("single", "Block", block="B", tied=True),
        ]
    )
    assert set(shared_weights(drawn)) == {"tied"}

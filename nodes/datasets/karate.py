"""A club whose members' friendships are known, and which side each took when it split."""

import torch

from nodes.datasets.graph import OneGraph


class KarateClub(OneGraph):
    """Zachary's karate club (1977): `x` (V, V) with a one for each of the 34 members, `edge_index`
    (2, E) both ways along each friendship, `mask` (V) of the part, `label` (V).

    The two who led the sides are to learn from, all other members to test with.
    """

    def __init__(self) -> None:
        import networkx

        club = networkx.karate_club_graph()
        sides = networkx.get_node_attributes(club, "club")
        there = torch.tensor(list(club.edges), dtype=torch.int64).T
        self.graph = {
            "x": torch.eye(len(club)),
            "edge_index": torch.cat((there, there.flip(0)), 1),
            "label": torch.tensor([int(sides[n] == "Officer") for n in club]),
        }
        leads = torch.zeros(len(club), dtype=torch.bool)
        leads[[0, -1]] = True
        nobody = torch.zeros_like(leads)
        self.masks = {"training": leads, "validation": nobody, "test": ~leads}

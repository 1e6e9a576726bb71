"""What the canvas shows of a board: cards in their places, courses of wires, what is in view."""

"""Where nodes lie on a board: their cards, columns, and the room they need. No Qt."""

"""What can be placed on a board: declarations as plain data, and the code that they name."""

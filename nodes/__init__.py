"""What can be placed on a board. Declarations are plain data; torch is imported only by what they name."""

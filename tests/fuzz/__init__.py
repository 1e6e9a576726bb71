"""Damages gallery projects at random: they are refused or told as issues, never a fault."""

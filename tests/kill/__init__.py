"""Kills trainings at random moments: every run goes on to the same end."""

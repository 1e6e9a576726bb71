"""Training: the form, the run under way, and the curves of this and earlier runs."""

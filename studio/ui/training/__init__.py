"""Training: the form, the run under way, and the curves of this and earlier runs."""

from studio.ui.training.panel import TrainingPanel

__all__ = ["TrainingPanel"]

"""Look inside: what a network holds and does, and trying it on input of one's own."""

from studio.ui.insight.panel import InsightPanel

__all__ = ["InsightPanel"]

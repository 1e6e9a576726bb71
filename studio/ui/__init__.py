"""The window: Qt and pyqtgraph; knows the model and the session, nothing of torch."""

"""The window's end of the helper processes: start, send, receive, restart. No torch, no Qt."""

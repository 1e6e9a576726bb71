"""Whether a window can be opened here, found out without Qt."""

from __future__ import annotations

import ctypes
import os
import sys


def problem() -> str | None:
    """Why no window can be opened, or None where one can."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return None
    if os.environ.get("WAYLAND_DISPLAY") and _wayland():
        return None
    name = os.environ.get("DISPLAY")
    if not name:
        return "No display could be opened (DISPLAY is not set)."
    return None if _x11() else f"No display could be opened (DISPLAY={name} does not answer)."


def _wayland() -> bool:
    try:
        library = ctypes.CDLL("libwayland-client.so.0")
    except OSError:
        return False
    library.wl_display_connect.restype = ctypes.c_void_p
    connection = library.wl_display_connect(None)
    if connection:
        library.wl_display_disconnect(ctypes.c_void_p(connection))
    return bool(connection)


def _x11() -> bool:
    try:
        library = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    library.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(library.xcb_connect(None, None))
    failed = library.xcb_connection_has_error(connection)
    library.xcb_disconnect(connection)
    return not failed

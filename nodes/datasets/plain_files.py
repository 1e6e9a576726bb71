"""Files of the reader's own: only plain ones, since a pipe or a device may never end."""

from pathlib import Path


def plain_file(path: str, most: int) -> float:
    """When a file of at most so many bytes was changed last, in seconds since 1970. Raises
    OSError, and ValueError for anything else."""
    status = Path(path).stat()
    if not Path(path).is_file():
        raise ValueError(f"{path} cannot be read: it is no plain file")
    if status.st_size > most:
        raise ValueError(
            f"{path} is larger than the {most // 2**20:,} MB that are read of such a file"
        )
    return status.st_mtime

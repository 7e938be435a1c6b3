"""A secret key that nobody has to think of: made on first start, kept readable by its owner only."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def load_or_create_secret(directory: Path) -> str:
    """The key in ``directory/secret_key``; two first starts at once agree on one key, because the link is atomic."""
    path = directory / "secret_key"
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        draft = directory / f".secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(get_random_secret_key() + get_random_secret_key())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()

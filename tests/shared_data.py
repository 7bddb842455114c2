"""Outside data for tests, kept beside the checkout and not part of it (see `shared/data/README.md` there)."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

needs_shared_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder shared/data is not beside the checkout")

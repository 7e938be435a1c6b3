"""A Redis number of its own for each worker of a test run, as each has a database of its own.

Loaded by ``addopts`` as a plugin, because settings are read before any ``conftest.py``.
"""

import os
from urllib.parse import urlsplit

# Beyond the number that the run was given; servers of tests count down from 15.
FIRST = 2

worker, redis_url = os.environ.get("PYTEST_XDIST_WORKER", ""), os.environ.get("REDIS_URL")
if redis_url and worker.startswith("gw"):
    os.environ["REDIS_URL"] = urlsplit(redis_url)._replace(path=f"/{FIRST + int(worker[2:])}").geturl()

"""The workers of a Dask cluster, as an executor."""

import logging
import warnings
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager

from postil.building.carrying import Cluster
from postil.diagnostics.refusal import Refusal

_ANSWERS = 5  # seconds within which a scheduler does


@contextmanager
def dask_cluster(address: str) -> Iterator[Cluster]:
    """The cluster whose scheduler is at `HOST:PORT`.

    Raises `Refusal` if Dask is not installed, no scheduler answers, it has no workers for a while,
    or they are lost.
    """
    try:
        from distributed import Client
        from distributed.comm import CommClosedError
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise Refusal(
            "--executor dask:// needs Dask, which is not installed", "pip install 'postil[dask]'"
        ) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said here
    warnings.filterwarnings("ignore", module="distributed")
    try:
        client = Client(f"tcp://{address}", timeout=_ANSWERS, set_as_default=False)
    except (OSError, ValueError):
        raise Refusal(
            f"no Dask scheduler answers at {address}",
            "start one there (dask scheduler), or build without --executor",
        ) from None
    with client:
        try:
            yield Cluster(client.get_executor(pure=False), lambda: sum(client.nthreads().values()))
        except (KilledWorker, CancelledError, CommClosedError):
            raise Refusal(
                f"the scheduler at {address} or too many of its workers ended",
                "build again, or without --executor; nothing was written",
            ) from None
        except ModuleNotFoundError as error:
            raise Refusal(
                f"a worker of {address} cannot work: {error}",
                "install Postil there as on this machine, then build again",
            ) from None

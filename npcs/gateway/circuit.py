"""The circuit breaker in front of the upstream: one in each process for each address."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import pybreaker

from npcs.gateway.errors import AiRequestRefused, AiUnavailable, Reason
from npcs.gateway.settings import gateway_settings


@contextmanager
def circuit(address: str) -> Iterator[None]:
    """Around a call to the upstream; raises AiUnavailable at once where too many before it have failed."""
    try:
        with _breaker_of(address).calling():
            yield
    except pybreaker.CircuitBreakerError:
        raise AiUnavailable(Reason.CIRCUIT) from None


def circuit_state(address: str) -> str:
    """``closed``, ``open`` or ``half-open``."""
    return str(_breaker_of(address).current_state)


def _breaker_of(address: str) -> pybreaker.CircuitBreaker:
    settings = gateway_settings().circuit
    return _breaker(address, settings.failures, settings.reset_seconds)


@lru_cache(maxsize=16)
def _breaker(address: str, failures: int, reset_seconds: float) -> pybreaker.CircuitBreaker:
    return pybreaker.CircuitBreaker(
        fail_max=failures,
        reset_timeout=reset_seconds,
        exclude=[_is_no_failure],
        throw_new_error_on_trip=False,  # the failure that trips it says more than that it is open now
        name=address,
    )


def _is_no_failure(error: BaseException) -> bool:
    """A request that is itself at fault, or a caller that left, says nothing about the upstream."""
    return isinstance(error, AiRequestRefused) or not isinstance(error, Exception)

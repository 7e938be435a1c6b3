"""The life of a flight: one table says what may follow what."""

from collections.abc import Mapping

from hackathon.rules.enums import FlightState

TRANSITIONS: Mapping[FlightState, frozenset[FlightState]] = {
    FlightState.NONE: frozenset({FlightState.REQUESTED, FlightState.BOOKED}),
    FlightState.REQUESTED: frozenset({FlightState.BOOKED, FlightState.DENIED, FlightState.CANCELLED}),
    FlightState.BOOKED: frozenset({FlightState.DELAYED, FlightState.CANCELLED, FlightState.FLOWN}),
    FlightState.DELAYED: frozenset({FlightState.CANCELLED, FlightState.FLOWN}),
    FlightState.DENIED: frozenset(),
    FlightState.CANCELLED: frozenset(),
    FlightState.FLOWN: frozenset(),
}
IN_THE_AIR = (FlightState.BOOKED, FlightState.DELAYED)
UNDER_WAY = (FlightState.REQUESTED, *IN_THE_AIR)
# Nobody is due another flight while they have one of these.
TAKEN = (*IN_THE_AIR, FlightState.FLOWN)

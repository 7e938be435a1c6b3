"""Stipends and flights."""

from tommy.core.errors import Conflict, Forbidden, NotFound


class RequestNotFound(NotFound):
    code = "request_not_found"
    detail = "There is no such request in this game."


class RequestClosed(Conflict):
    code = "request_closed"
    detail = "This request is decided already."


class NoFlightDue(Conflict):
    code = "no_flight_due"
    detail = "No flight is due to this participant."


class StipendNotFound(NotFound):
    code = "stipend_not_found"
    detail = "There is no such stipend."


class FlightNotFound(NotFound):
    code = "flight_not_found"
    detail = "There is no such flight."


class NotYourRequest(Forbidden):
    code = "not_your_request"
    detail = "This was asked for at another player's hackathon."


class TooManyRequests(Conflict):
    code = "too_many_requests"
    detail = "This participant has enough open requests."


class FlightUnderWay(Conflict):
    code = "flight_under_way"
    detail = "This participant has a flight already, asked for or booked."

"""Incidents, and the events of staff."""

from tommy.core.errors import Conflict, InvalidInput, NotFound


class UnknownChoice(InvalidInput):
    code = "unknown_choice"
    detail = "This incident offers no such choice."


class IncidentNotFound(NotFound):
    code = "incident_not_found"
    detail = "There is no such incident in this game."


class IncidentClosed(Conflict):
    code = "incident_closed"
    detail = "This incident is closed already."


class TooManyIncidents(Conflict):
    code = "too_many_incidents"
    detail = "No further incident fits into this game now."


class UnknownIncidentType(InvalidInput):
    code = "unknown_incident_type"
    detail = "There is no such type of incident."


class AdminEventNotFound(NotFound):
    code = "admin_event_not_found"
    detail = "There is no such event."


class AdminEventStarted(Conflict):
    code = "admin_event_started"
    detail = "This event has struck already and cannot be called off."

"""The small closed sets of the game. Integer values are stored: never renumber, only append."""

from enum import IntEnum, IntFlag, unique


class GameStatus(IntEnum):
    RUNNING = 0
    PAUSED = 1
    FINISHED = 2
    LOST = 3
    ABANDONED = 4


class EndReason(IntEnum):
    NONE = 0
    FINISHED = 1
    SHUT_DOWN = 2
    SUED = 3
    BANKRUPT = 4
    BURNOUT = 5
    EMPTY = 6


class PersonStatus(IntEnum):
    ACTIVE = 0
    QUIT = 1
    LEFT = 2
    AWOL = 3
    REMOVED = 4


class FlightState(IntEnum):
    NONE = 0
    REQUESTED = 1
    BOOKED = 2
    DENIED = 3
    DELAYED = 4
    CANCELLED = 5
    FLOWN = 6


class ShipState(IntEnum):
    """Where a person's project stands; the two READY states wait for the organiser."""

    BUILDING_FIRST = 0
    READY_FIRST = 1
    BUILDING_SECOND = 2
    READY_SECOND = 3
    DONE = 4


class ShipmentState(IntEnum):
    """Where a parcel is; ``rules.shipping`` says what may follow what."""

    PACKED = 0
    IN_CUSTOMS = 1
    LOST = 2
    DELIVERED = 3


class LeaseStatus(IntEnum):
    ACTIVE = 0
    ENDED = 1


class ApplicationStatus(IntEnum):
    PENDING = 0
    APPROVED = 1
    REJECTED = 2
    WITHDRAWN = 3


class ListingStatus(IntEnum):
    OPEN = 0
    GONE = 1


class IncidentStatus(IntEnum):
    OPEN = 0
    RESOLVED = 1
    TIMED_OUT = 2


class RequestKind(IntEnum):
    STIPEND = 0
    FLIGHT = 1
    RECEIPT = 2


class RequestStatus(IntEnum):
    OPEN = 0
    APPROVED = 1
    DENIED = 2
    EXPIRED = 3
    WITHDRAWN = 4


class Reason(IntFlag):
    """Why a request looks suspicious or was turned down; ``requests.json`` puts each flag into words."""

    NONE = 0
    HIGH_SUSPICION = 1
    UNUSUAL_AMOUNT = 2
    EARLIER_SUSPICION = 4
    FLAGGED_PERSON = 8
    PROVEN_FAKE = 16
    ORGANISER_DECISION = 32
    REPEATED_CLAIM = 64
    NO_GROUNDS = 128
    NO_PAPERS = 256


class ThreadKind(IntEnum):
    """What a message thread is about; with the game-local number of that thing it names the thread."""

    PERSON = 0
    INCIDENT = 1
    REQUEST = 2
    LEASE = 3
    SPONSORS = 4
    OUTSIDE = 5


class Purpose(IntEnum):
    """What a random draw is for: the third word of the Philox counter, so that no two uses share a number."""

    PERSON = 1
    PERSON_SEED = 3
    WORK = 4
    REQUEST = 5
    SUSPICION = 6
    STIPEND_LOST = 7
    INCIDENT = 8
    SUBJECT = 9
    EXTRA_SUBJECT = 11
    REOPEN = 12
    AUDIT = 13
    MESSAGES = 14
    MESSAGE_PERSON = 15
    LISTING = 16
    LISTING_GONE = 17
    LISTING_SEED = 18
    RANDOM_EVENT = 19
    RANDOM_SUBJECT = 20
    HOUSE_SEED = 21
    POLICY = 22
    TRAVEL = 23
    PARCEL = 24


class EventType(IntEnum):
    """What a discrete log record is about."""

    ACTION = 0
    INCIDENT = 1
    REQUEST = 2
    LEASE = 3
    PARTICIPANT = 4
    PROJECT = 5
    SPONSOR = 6
    GAME = 7


@unique
class EventCode(IntEnum):
    """What happened; the lower-case name is the code in the log."""

    ACTION_TAKEN = 0
    ACTION_REFUSED = 1
    INCIDENT_OPENED = 2
    INCIDENT_RESOLVED = 3
    INCIDENT_TIMED_OUT = 4
    REQUEST_OPENED = 5
    REQUEST_APPROVED = 6
    REQUEST_DENIED = 7
    REQUEST_EXPIRED = 8
    REQUEST_WITHDRAWN = 9
    LEASE_SIGNED = 10
    LEASE_RENEWED = 11
    LEASE_ENDING = 12
    LEASE_ENDED = 13
    PARTICIPANT_ARRIVED = 14
    PARTICIPANT_QUIT = 15
    PARTICIPANT_LEFT = 16
    PARTICIPANT_AWOL = 17
    PARTICIPANT_FLAGGED = 18
    PARTICIPANT_HOUSED = 19
    PARTICIPANT_UNHOUSED = 20
    PARTICIPANT_TALKED_TO = 21
    PROJECT_READY = 22
    PROJECT_SHIPPED = 23
    SPONSORS_PAID = 24
    FLIGHT_BOOKED = 25
    VOLUNTEER_HIRED = 26
    PHASE_STARTED = 27
    GAME_FINISHED = 28
    GAME_LOST = 29
    RECEIPT_CHECKED = 30
    FLIGHT_DELAYED = 31
    FLIGHT_CANCELLED = 32
    FLIGHT_FLOWN = 33
    FRAUD_SUSPECTED = 34
    SHIPMENT_PACKED = 35
    SHIPMENT_IN_CUSTOMS = 36
    SHIPMENT_DELIVERED = 37
    SHIPMENT_LOST = 38
    PARTICIPANT_CODED = 39
    GAME_NPC_ACTED = 40


@unique
class Cause(IntEnum):
    """Why a quantity changed; the lower-case name is the key in the log."""

    REGENERATION = 0
    OPEN_INCIDENTS = 1
    OPEN_REQUESTS = 2
    RELIEF = 3
    LEGAL_DECAY = 4
    INCIDENT_TIMEOUT = 5
    INCIDENT_CHOICE = 6
    INCIDENT_REOPENED = 7
    REQUEST_EXPIRED = 8
    REQUEST_APPROVED = 9
    REQUEST_DENIED = 10
    MISSING_DEVLOGS = 11
    STREAKS = 12
    WAITING_TO_SHIP = 13
    QUITTING = 14
    UNHOUSED = 15
    LEFT_UNHOUSED = 16
    RENT = 17
    FOOD = 18
    VOLUNTEERS = 19
    SPONSORS = 20
    EFFORT = 21
    INCIDENT_RESOLVED = 22
    REST = 23
    FUNDRAISING = 24
    LEASE = 25
    FLIGHT = 26
    REFUSED_SHIPPING = 27
    LOST_LISTING = 28
    ACTION_COST = 29
    HIRING = 30
    TALK = 31
    REPLY = 32
    HOUSING = 33
    SHIPPING = 34
    WORK = 35
    IDLE = 36
    LEGAL_TROUBLE = 37
    ARRIVAL = 38
    LEASE_ENDED = 39
    SEASON_END = 40
    RANDOM_EVENT = 41
    ORGANISER = 42
    RECEIPT_CHECKED = 43
    BEGINNING = 44
    AIRLINE = 45
    FLIGHT_REFUND = 46
    FRAUD_SUSPECTED = 47
    CARRIER = 48
    CODING = 49
    NPC = 50
    STANDING_ORDER = 51


class Quantity(IntEnum):
    """What the ledger keeps account of, in the games table; the lower-case name is the column."""

    AP = 0
    STRESS = 1
    REPUTATION = 2
    LEGAL = 3
    BUDGET_CENTS = 4
    SPONSOR_MOOD = 5
    VOLUNTEERS = 6

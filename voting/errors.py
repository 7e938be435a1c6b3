"""What can be refused in the voting game."""

from tommy.core.errors import Conflict, Forbidden, NotFound, Unavailable


class RoomNotFound(NotFound):
    code = "room_not_found"
    detail = "There is no room with this code."


class RoundNotFound(NotFound):
    code = "round_not_found"
    detail = "There is no such round."


class AnswerNotFound(NotFound):
    code = "answer_not_found"
    detail = "There is no such answer in this round."


class PlayerNotFound(NotFound):
    code = "player_not_found"
    detail = "There is no such player in this room."


class NotSeated(Forbidden):
    code = "not_seated"
    detail = "You have no seat in this room."


class NotInRoom(Forbidden):
    code = "not_in_room"
    detail = "You are not in this room."


class HostOnly(Forbidden):
    code = "host_only"
    detail = "Only the host of the room can do this."


class Kicked(Forbidden):
    code = "kicked"
    detail = "The host has removed you from this room."


class OwnAnswer(Forbidden):
    code = "own_answer"
    detail = "You cannot vote for your own answer."


class RoomFull(Conflict):
    code = "room_full"
    detail = "Every seat of this room is taken; you can watch instead."


class GameStarted(Conflict):
    code = "game_started"
    detail = "The game has started; you can watch, and play the next one."


class GameNotRunning(Conflict):
    code = "game_not_running"
    detail = "No game is running in this room."


class GameNotOver(Conflict):
    code = "game_not_over"
    detail = "The game is not over yet."


class TooFewPlayers(Conflict):
    code = "too_few_players"
    detail = "It takes at least two players."


class WrongPhase(Conflict):
    code = "wrong_phase"
    detail = "The round is not in the phase for this."


class PhaseOver(Conflict):
    """Too late by the server's clock."""

    code = "phase_over"
    detail = "The time for this is over."


class RoundNotOver(Conflict):
    code = "round_not_over"
    detail = "The running round is not over yet."


class AlreadyAnswered(Conflict):
    code = "already_answered"
    detail = "You have answered in this round."


class AlreadyVoted(Conflict):
    code = "already_voted"
    detail = "You have voted in this round."


class CannotKickYourself(Conflict):
    code = "cannot_kick_yourself"
    detail = "You cannot remove yourself; leave the room instead."


class TooManyGuesses(Unavailable):
    """Codes that led nowhere, once too often; ``retry_after`` is in seconds."""

    code = "throttled"
    status = 429
    detail = "Too many codes that do not exist; please wait before you try another."

"""Commands of the voting game; the only writers.

Locks: every command locks its one ``Room`` row first and nothing else; whatever hangs from a room is written under that
lock alone. A room has at most twenty players, so they queue for milliseconds, and phases, counts and *all have acted*
are exact. Nobody locks two rooms. Functions that take a ``Room`` object run inside a command that has locked it.

Imports: ``rooms``, ``rounds``, ``ballots``, ``presence``, ``upkeep`` → ``phases`` → ``people`` → ``locking``.
"""

from voting.services.ballots import (
    AnswerMove,
    VoteMove,
    answer_submit,
    answers_submit,
    vote_submit,
    votes_submit,
)
from voting.services.presence import presence_end, presence_renew, room_settle
from voting.services.rooms import game_rematch, player_kick, room_create, room_join, room_leave
from voting.services.rounds import game_start, questions_write, round_end, round_next, voting_start
from voting.services.upkeep import player_forget_in_transaction, rooms_prune, rooms_settle

__all__ = [
    "AnswerMove",
    "VoteMove",
    "answer_submit",
    "answers_submit",
    "game_rematch",
    "game_start",
    "player_forget_in_transaction",
    "player_kick",
    "presence_end",
    "presence_renew",
    "questions_write",
    "room_create",
    "room_join",
    "room_leave",
    "room_settle",
    "rooms_prune",
    "rooms_settle",
    "round_end",
    "round_next",
    "vote_submit",
    "votes_submit",
    "voting_start",
]

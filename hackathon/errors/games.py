"""Games as a whole: runs, saves, means."""

from tommy.core.errors import Conflict, Forbidden, NotFound


class GameOver(Conflict):
    code = "game_over"
    detail = "This game has ended."


class GamePaused(Conflict):
    code = "game_paused"
    detail = "This game is paused."


class NotEnoughAp(Conflict):
    code = "not_enough_ap"
    detail = "There are not enough action points for this."


class NotEnoughMoney(Conflict):
    code = "not_enough_money"
    detail = "There is not enough money for this."


class HackathonNotFound(NotFound):
    code = "hackathon_not_found"
    detail = "There is no such hackathon."


class NotYourHackathon(Forbidden):
    code = "not_your_hackathon"
    detail = "This hackathon is another player's."


class TooManyHackathons(Conflict):
    code = "too_many_hackathons"
    detail = "You cannot run more hackathons at the same time."


class SaveNotFound(NotFound):
    code = "save_not_found"
    detail = "There is no such save of yours."

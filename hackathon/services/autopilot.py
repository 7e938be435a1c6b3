"""Players of the demo world: policies of the simulation that act through the same locked path as everybody."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from hackathon import catalogue
from hackathon.models import Hackathon
from hackathon.rules.enums import GameStatus
from hackathon.services.games import hackathon_create
from hackathon.services.locking import load_locked
from hackathon.services.saving import shard_save
from hackathon.simulation.effects import Effects
from hackathon.simulation.policies import POLICIES
from tommy.core.db import command

DEMO_POLICIES = ("sensible", "daily", "random")
DEMO_DOMAIN = "demo.example.org"


def demo_players_ensure(*, count: int, now: datetime) -> None:
    """At least ``count`` demo players, each with a game that a policy plays; without a password nobody can be them."""
    for number in range(1, count + 1):
        user, _ = get_user_model().objects.get_or_create(
            email=f"player{number}@{DEMO_DOMAIN}", defaults={"username": f"demo player {number}", "password": "!"}
        )
        if not _playing().filter(user=user).exists():
            game = hackathon_create(user_id=user.pk, now=now)
            Hackathon.objects.filter(pk=game.pk).update(autopilot=DEMO_POLICIES[(number - 1) % len(DEMO_POLICIES)])


def autopilots_play(*, now: datetime) -> None:
    """One turn of every game on autopilot; a demo player whose game has ended begins another."""
    for hackathon_id in list(_playing().order_by("id").values_list("id", flat=True)):
        autopilot_play(hackathon_id=hackathon_id, now=now)
    _begin_again(now)


def autopilot_play(*, hackathon_id: int, now: datetime) -> None:
    """One turn of one game."""
    rules = catalogue.rules()
    with command():
        hackathon = _playing().select_for_update().filter(pk=hackathon_id).first()
        if hackathon is None:
            return
        shard = load_locked(hackathon, rules, with_market=True)
        effects = Effects(rules)
        POLICIES[hackathon.autopilot].act(shard.state, rules, effects)
        shard_save(shard=shard, effects=effects, rules=rules, now=now)


def _begin_again(now: datetime) -> None:
    players = Hackathon.objects.exclude(autopilot="").values_list("user_id", "autopilot").distinct()
    busy = set(_playing().values_list("user_id", flat=True))
    for user_id, policy in players:
        if user_id not in busy:
            game = hackathon_create(user_id=user_id, now=now, only_first=True)
            Hackathon.objects.filter(pk=game.pk).update(autopilot=policy)


def _playing() -> QuerySet[Hackathon]:
    return Hackathon.objects.filter(status=GameStatus.RUNNING).exclude(autopilot="")

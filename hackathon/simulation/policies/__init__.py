"""Players made of rules of thumb, for measuring the balance and for keeping a world alive.

They act through ``apply_action`` only, before each tick, and look only at what a player is shown: never at who is
honest or which request is false.
"""

from collections.abc import Mapping
from dataclasses import replace

from hackathon.simulation.policies.base import Policy
from hackathon.simulation.policies.orders import Ordered
from hackathon.simulation.policies.sensible import Habits, Sensible
from hackathon.simulation.policies.simple import Idle, Random

__all__ = ["ABLATIONS", "ONE_RULE", "POLICIES", "SENSIBLE", "Habits", "Idle", "Ordered", "Policy", "Random", "Sensible"]

SENSIBLE = Habits()
POLICIES: Mapping[str, Policy] = {
    "idle": Idle(),
    "random": Random(),
    # Whoever looks in once a day does so when the day's newcomer is there, and has nothing to save points for.
    "daily": Sensible(replace(SENSIBLE, every_ticks=6, at_tick=1, talk_spare_ap=0.0)),
    "sensible": Sensible(SENSIBLE),
    "orders": Ordered(),
}
ABLATIONS: Mapping[str, Policy] = {
    "no housing": Sensible(replace(SENSIBLE, houses=False)),
    "ignoring incidents": Sensible(replace(SENSIBLE, resolves=False)),
    "ignoring requests": Sensible(replace(SENSIBLE, decides=False)),
    "never shipping": Sensible(replace(SENSIBLE, ships=False)),
    "no volunteers": Sensible(replace(SENSIBLE, hires=False)),
    "no fundraising": Sensible(replace(SENSIBLE, fundraises=False)),
    "never resting": Sensible(replace(SENSIBLE, rests=False)),
    "no talks": Sensible(replace(SENSIBLE, talks=False)),
}
ONE_RULE: Mapping[str, Policy] = {
    "always the good choice": Sensible(replace(SENSIBLE, only_choice=0)),
    "always the cheap choice": Sensible(replace(SENSIBLE, only_choice=1)),
    "always the free choice": Sensible(replace(SENSIBLE, only_choice=2)),
    "denying everything": Sensible(replace(SENSIBLE, denies_all=True)),
}

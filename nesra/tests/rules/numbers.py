"""The numbers the tests reckon with: those of the contract, whatever the content says."""

from nesra.rules.numbers import RewardNumbers, SessionNumbers, ShopNumbers, StreakNumbers, WorldStep

WEIGHTS = {"common": 60, "uncommon": 25, "rare": 10, "epic": 4, "legendary": 1}
REWARDS = RewardNumbers(
    exp_per_minute=2,
    gold_per_minute=1,
    exp_per_level=100,
    drop_chance=0.1,
    rarity_weights=WEIGHTS,
    collection_complete_gold=50,
)
SESSIONS = SessionNumbers(default_minutes=25, default_room="study", tolerance_seconds=5, grace_hours=24)
STREAKS = StreakNumbers(freeze_every_days=7, freezes_held_max=2, warn_hours=4, vacation_days_per_year=30)
NO_FREEZES = StreakNumbers(freeze_every_days=365, freezes_held_max=0, warn_hours=4, vacation_days_per_year=0)
SHOP = ShopNumbers(slots=6, prices=WEIGHTS, rarity_weights=WEIGHTS)
STEPS = (
    WorldStep(place="study_room", level=2, successes=5),
    WorldStep(place="build_room", level=2, successes=15),
    WorldStep(place="plaza", level=2, successes=30),
)

"""``manage.py simulate``: whole seasons in memory, by the same steps that run on the database."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from hackathon.rules.compiled import Rules, default_rules
from hackathon.simulation.curves import draw_curves
from hackathon.simulation.policies import ABLATIONS, ONE_RULE, POLICIES, Policy
from hackathon.simulation.season import Seasons, game_seeds, play_seasons, survival_table

GROUPS: Mapping[str, Mapping[str, Policy]] = {"all": POLICIES, "ablations": ABLATIONS, "one-rule": ONE_RULE}


class Command(BaseCommand):
    help = "Play seasons of Tommy Timecrunch in memory, print who survives and draw the curves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--policy",
            action="append",
            choices=[*POLICIES, *GROUPS],
            help="who plays; may be repeated (default: all)",
        )
        parser.add_argument("--games", type=int, default=100, help="seasons for each policy (default: %(default)s)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed plays the same seasons")
        parser.add_argument("--png", type=Path, help="where to draw the curves (default: simulate-SEED.png)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["games"] < 1 or not 0 <= options["seed"] < 2**64:
            raise CommandError("games must be at least 1, and the seed a number of 64 bits.")
        rules = default_rules()
        results = self._play(_chosen(options["policy"] or ["all"]), options["games"], options["seed"], rules)
        self.stdout.write(survival_table(results, rules))
        png = options["png"] or Path(f"simulate-{options['seed']}.png")
        draw_curves(results, png)
        self.stdout.write(f"\nCurves: {png}")

    def _play(self, policies: Mapping[str, Policy], games: int, seed: int, rules: Rules) -> dict[str, Seasons]:
        seeds, results = game_seeds(seed, games), {}
        with tqdm(total=games * len(policies), unit="season") as bar:
            for name, policy in policies.items():
                bar.set_description(name)
                results[name] = play_seasons(policy, seeds, rules, progress=bar.update)
        return results


def _chosen(names: list[str]) -> dict[str, Policy]:
    chosen: dict[str, Policy] = {}
    for name in names:
        chosen |= GROUPS.get(name) or {name: POLICIES[name]}
    return chosen

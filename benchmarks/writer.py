"""What a written message and a made person cost: ``python benchmarks/writer.py [messages]``.

The messages are those of a busy game: every kind of the simulation, by its weight, with names, sums and counts. The
first pass compiles what the contexts ask for, the second shows the price from then on.
"""

import json
import platform
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from npcs.rules.grammar import GrammarFile  # noqa: E402
from npcs.rules.people import packaged_people, person  # noqa: E402
from npcs.rules.writer import Writer, compile_grammars  # noqa: E402

Job = tuple[str, int, dict[str, object]]
ROUNDS = 5


def load() -> Writer:
    paths = sorted((ROOT / "npcs/content/grammars").glob("*.json"))
    return compile_grammars({p.stem: GrammarFile.model_validate_json(p.read_text(encoding="utf-8")) for p in paths})


def jobs(size: int) -> list[Job]:
    kinds = json.loads((ROOT / "hackathon/content/message_kinds.json").read_text(encoding="utf-8"))["kinds"]
    chance = random.Random(1)
    picked = chance.choices(kinds, [kind["weight"] for kind in kinds], k=size)
    return [(kind["key"], seed, _context(kind["context"], seed, chance)) for seed, kind in enumerate(picked)]


def _context(fields: list[str], seed: int, chance: random.Random) -> dict[str, object]:
    values = {
        "participant": person(seed).name,
        "amount": chance.randint(3_000, 90_000),
        "count": chance.randint(1, 20),
    }
    return {name: values[name] for name in fields if name in values}


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def show(what: str, seconds: float, count: int, unit: str) -> None:
    print(f"{what:<44}{seconds / count * 1e6:>9.2f} µs per {unit}")


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    print(f"Python {platform.python_version()}, {platform.machine()}, {size:,} of each, one thread, best of {ROUNDS}")
    print(f"{'people: pools made':<44}{timed(packaged_people) * 1e3:>9.1f} ms once")
    show("people: one", min(timed(lambda: [person(s) for s in range(size)]) for _ in range(ROUNDS)), size, "person")
    started = time.perf_counter()
    writer = load()
    print(f"{'grammars: read, checked, compiled':<44}{(time.perf_counter() - started) * 1e3:>9.1f} ms once")
    busy = jobs(size)

    def write_all(shift: int) -> None:
        for kind, seed, context in busy:
            writer.write(kind, seed=seed + shift, context=context)

    show("messages: first pass, plans compiled", timed(lambda: write_all(0)), size, "message")
    later = min(timed(partial(write_all, i * size)) for i in range(1, ROUNDS + 1))
    show("messages: from then on", later, size, "message")
    frequent = [job for job in busy if job[0] == "complaint.stipend_late"]
    show(
        "messages: one kind alone",
        min(timed(lambda: [writer.write(k, seed=s, context=c) for k, s, c in frequent]) for _ in range(ROUNDS)),
        len(frequent),
        "message",
    )
    for kind in ("commit.message", "devlog.entry"):
        show(f"pool of 4,000: {kind}", timed(partial(writer.pool, kind, seed=1, size=4_000)), 4_000, "line")


if __name__ == "__main__":
    main()

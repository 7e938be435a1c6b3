"""Cases of standing orders."""

from typing import Any

from rest_framework.test import APIClient

from hackathon.tests.endpoints.stage import NOBODY, Case, Stage, of_hackathons, unknown_input

PATH = "/api/game/orders"
READ, REPLACE = f"GET {PATH}", f"PUT {PATH}"
ORDER = {"name": "Rest", "when": [{"field": "stress", "op": ">", "value": 60}], "do": {"action": "rest"}}


def read(at: Stage, key: int, by: APIClient | None = None) -> Any:
    return at.get(PATH, by, hackathon=key)


def leave(at: Stage, orders: Any, by: APIClient | None = None, key: int | None = None, **headers: str) -> Any:
    query = "" if key is None else f"?hackathon={key}"
    return (by or at.me).put(f"{PATH}{query}", {"orders": orders}, format="json", headers=headers)


CASES = [
    Case(READ, 200, "", lambda at: at.get(PATH)),
    unknown_input(READ, lambda at: at.get(PATH, hackathon="x")),
    *of_hackathons(READ, read),
    Case(f"GET {PATH}/words", 200, "", lambda at: at.get(f"{PATH}/words")),
    Case(REPLACE, 200, "", lambda at: leave(at, [ORDER])),
    unknown_input(REPLACE, lambda at: at.me.put(f"{PATH}?hackathon=x", {"orders": []}, format="json")),
    Case(REPLACE, 400, "invalid_orders", lambda at: leave(at, [{"do": "dance"}])),
    Case(REPLACE, 400, "too_many_orders", lambda at: leave(at, [ORDER] * 21)),
    *of_hackathons(REPLACE, lambda at, key, by: leave(at, [], by, key)),
    Case(REPLACE, 409, "game_over", lambda at: leave(at.over(), [ORDER], key=at.game.pk)),
    Case(REPLACE, 412, "precondition_failed", lambda at: leave(at, [], **{"If-Match": f'"{NOBODY}"'})),
]

"""``/assets/housing/…``: pictures of houses, public and cached for good, because a seed's picture never changes."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views import View

from hackathon.rules.pictures import house_png
from tommy.core.http.problems import problem_response

KEPT_PICTURES = 512


class HousePictureView(View):
    """A listing's picture by its seed, in 16 hexadecimal digits."""

    def get(self, request: HttpRequest, seed: str, **kwargs: Any) -> HttpResponse:
        try:
            number = int(seed, 16) if len(seed) == 16 else -1
        except ValueError:
            number = -1
        if number < 0:
            return problem_response("not_found")
        response = HttpResponse(_picture(number), content_type="image/png")
        response["Cache-Control"] = "public, max-age=31536000, immutable"
        response["X-Content-Type-Options"] = "nosniff"
        return response


@lru_cache(maxsize=KEPT_PICTURES)
def _picture(seed: int) -> bytes:
    return house_png(seed)

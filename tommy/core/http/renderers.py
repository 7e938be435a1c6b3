"""JSON answers: orjson, times in UTC with ``Z`` as the contract has them."""

import orjson
from drf_orjson_renderer.renderers import ORJSONRenderer


class JSONRenderer(ORJSONRenderer):
    options = ORJSONRenderer.options | orjson.OPT_UTC_Z

"""What ``/metrics`` shows, in one place so that names stay consistent: ``tommy_<noun>_<unit>``."""

from prometheus_client import Counter, Gauge, Histogram

REQUEST_SECONDS = Histogram(
    "tommy_http_request_seconds",
    "Time from the first middleware to the answer.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
SOCKETS_OPEN = Gauge("tommy_sockets_open", "Open sockets of this process.", ["kind"])
FRAMES_SENT = Counter("tommy_socket_frames_total", "Frames sent to sockets of this process.", ["kind"])
TICK_SECONDS = Histogram(
    "tommy_tick_shard_seconds",
    "Time to load, step and save one shard.",
    ["phase"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)
TICK_GAMES = Counter("tommy_tick_games_total", "Games stepped by this process.")
TICK_LAG_SECONDS = Gauge("tommy_tick_lag_seconds", "How late the world's last tick began.")
WORLD_TICK = Gauge("tommy_world_tick", "Number of the world's last tick.")
OVERLOAD_STAGE = Gauge("tommy_overload_stage", "0 calm, 1 strained, 2 shedding, 3 self-destruct.")
JOBS = Counter("tommy_jobs_total", "Jobs finished by this process.", ["name", "outcome"])
AI_CALLS = Counter("tommy_ai_calls_total", "Texts asked of the AI, by what became of it.", ["use", "outcome"])
AI_SECONDS = Histogram(
    "tommy_ai_call_seconds",
    "Time from asking the AI to its checked answer, or to giving up.",
    ["use"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60),
)
AI_TOKENS = Counter("tommy_ai_tokens_total", "Tokens billed for answers of the AI.", ["use"])
AI_IN_FLIGHT = Gauge("tommy_ai_calls_in_flight", "Calls to the AI that this process waits for.", ["use"])

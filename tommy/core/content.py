"""Everything that can be tuned, as typed JSON: defaults in each app's ``content/``, overridden file by file.

An app registers its files with a pydantic model each, and checks that look across files. ``CONTENT_DIR/<app>/<file>``
replaces ``<app>/content/<file>`` whole. All files are read, validated and checked together and swapped in as one
snapshot: a bad file never half-loads, the last good snapshot stays in force, and the problems are logged and returned.

Changes are taken up without a restart: on SIGHUP, by the admin's reload action, and by any process that looks a
file up and finds the folders changed (looked at every two seconds at most).
"""

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar, cast

import structlog
from django.conf import settings
from pydantic import BaseModel, ValidationError

logger = structlog.get_logger(__name__)

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
Contents = Mapping[str, BaseModel]


class Fault(Protocol):
    """What a check reports; pure rules have a type of their own for it, because they do not know this module."""

    @property
    def file(self) -> str: ...
    @property
    def pointer(self) -> str: ...
    @property
    def expected(self) -> str: ...


Check = Callable[[Contents], Iterable[Fault]]

POLL_SECONDS = 2.0


class Problem(NamedTuple):
    """What is wrong where: the file, a JSON pointer into it, and what was expected there."""

    file: str
    pointer: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}#{self.pointer}: {self.expected}"


class BadContent(Exception):
    """The content does not hold together; ``problems`` lists every fault that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(map(str, problems)))


@dataclass(frozen=True)
class Snapshot:
    """One consistent set of all files; ``generation`` rises with each successful load of this process."""

    files: Contents
    generation: int
    compiled: dict[Callable[..., Any], Any] = field(default_factory=dict)


class ContentStore:
    """The registry and the snapshot in force."""

    def __init__(self) -> None:
        self._models: dict[str, type[BaseModel]] = {}
        self._folders: dict[str, type[BaseModel]] = {}
        self._checks: list[Check] = []
        self._snapshot: Snapshot | None = None
        self._signature: tuple[Any, ...] = ()
        self._polled_at = 0.0
        self._lock = threading.RLock()

    def register(self, file: str, model: type[BaseModel]) -> None:
        """``file`` is ``<app>/<name>.json``."""
        self._models[file] = model

    def register_folder(self, folder: str, model: type[BaseModel]) -> None:
        """Every JSON file of ``<app>/<folder>``, those that only ``CONTENT_DIR`` has included."""
        self._folders[folder] = model

    def register_check(self, check: Check) -> None:
        """``check`` sees all files, once each is valid by itself."""
        self._checks.append(check)

    def get(self, file: str, model: type[M]) -> M:
        """The file in force, as its model."""
        return cast(M, self.snapshot().files[file])

    def compiled(self, build: Callable[[Contents], T]) -> T:
        """``build(files)``, made once for each snapshot."""
        snapshot = self.snapshot()
        if build not in snapshot.compiled:
            snapshot.compiled[build] = build(snapshot.files)
        return cast(T, snapshot.compiled[build])

    def snapshot(self) -> Snapshot:
        """The snapshot in force; loads it first, raising BadContent where there is no good one to fall back on."""
        if self._snapshot is None:
            with self._lock:
                if self._snapshot is None:
                    self.load()
        elif time.monotonic() - self._polled_at > POLL_SECONDS:
            self._reload_if_changed()
        return cast(Snapshot, self._snapshot)

    def load(self) -> None:
        """Read, validate, check and swap in everything, or raise BadContent and change nothing."""
        with self._lock:
            self._polled_at = time.monotonic()
            self._signature = self._sign()
            files = self.read()
            generation = self._snapshot.generation + 1 if self._snapshot else 1
            self._snapshot = Snapshot(files, generation)

    def reload(self) -> list[Problem]:
        """``load``, with the problems returned and logged instead of raised."""
        try:
            self.load()
        except BadContent as error:
            for problem in error.problems:
                logger.error("content_rejected", file=problem.file, pointer=problem.pointer, expected=problem.expected)
            return error.problems
        logger.info("content_loaded", generation=cast(Snapshot, self._snapshot).generation)
        return []

    def override(self, file: str, text: str) -> None:
        """Put ``text`` in force as this installation's version of a file, or raise BadContent and change nothing."""
        if file not in self._expected():
            raise BadContent([Problem(file, "", "a known content file")])
        with self._lock:
            self.read({file: text})
            path = _override(file)
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".draft")
            draft.write_text(text, encoding="utf-8")
            draft.replace(path)  # atomic: another process reads the old file or the new one, never half of one
            self.load()

    def reset(self, file: str) -> None:
        """Go back to the default of a file; raises BadContent where the rest no longer fits it."""
        with self._lock:
            self.read({file: self.default_text(file)})
            _override(file).unlink(missing_ok=True)
            self.load()

    def text(self, file: str) -> str:
        """The file in force, as it is written."""
        return self._source(file).read_text(encoding="utf-8")

    def default_text(self, file: str) -> str:
        """The default as it is written; empty where only this installation has the file."""
        path = default_path(file)
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def model(self, file: str) -> type[BaseModel]:
        """What validates the file."""
        return self._expected()[file]

    def meaning(self, file: str) -> str:
        """What the file says it is about, or else its model, in one paragraph."""
        told = str(getattr(self.snapshot().files.get(file), "about", "")) or self.model(file).__doc__ or ""
        return " ".join(told.strip().partition("\n\n")[0].replace("``", "").split())

    def names(self) -> list[str]:
        """All files there are, sorted."""
        return sorted(self._expected())

    def is_overridden(self, file: str) -> bool:
        return _override(file).is_file()

    def read(self, instead: Mapping[str, str] | None = None) -> Contents:
        """All files as models, some with another text; raises BadContent with every problem, and touches nothing."""
        problems = list(self._unknown_overrides())
        files: dict[str, BaseModel] = {}
        for file, model in self._expected().items():
            try:
                files[file] = _parse(file, (instead or {}).get(file) or _text(file, self._source(file)), model)
            except BadContent as error:
                problems += error.problems
        if not problems:
            found = (problem for check in self._checks for problem in check(files))
            problems = [Problem(problem.file, problem.pointer, problem.expected) for problem in found]
        if problems:
            raise BadContent(problems)
        return files

    def _reload_if_changed(self) -> None:
        with self._lock:
            self._polled_at = time.monotonic()
            if self._sign() != self._signature:
                self.reload()

    def _expected(self) -> dict[str, type[BaseModel]]:
        found = dict(self._models)
        for folder, model in self._folders.items():
            app, _, rest = folder.partition("/")
            for base in (settings.BASE_DIR / app / "content" / rest, _override(folder)):
                found.update({f"{folder}/{path.name}": model for path in sorted(base.glob("*.json"))})
        return found

    def _source(self, file: str) -> Path:
        override = _override(file)
        return override if override.is_file() else default_path(file)

    def _unknown_overrides(self) -> Iterable[Problem]:
        directory = settings.ENV.override_dir
        expected = self._expected()
        for path in sorted(directory.rglob("*.json")):
            name = path.relative_to(directory).as_posix()
            if name not in expected:
                yield Problem(name, "", f"one of the known files: {', '.join(sorted(expected))}")

    def _sign(self) -> tuple[Any, ...]:
        folders = {default_path(file).parent for file in self._models}
        folders |= {default_path(f"{folder}/x").parent for folder in self._folders}
        folders.add(settings.ENV.override_dir)
        paths = sorted({path for folder in folders for path in folder.rglob("*.json")})
        return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path in paths if (stat := _stat(path)))


def default_path(file: str) -> Path:
    """Where the default of ``<app>/<name>`` stands."""
    app, _, rest = file.partition("/")
    return settings.BASE_DIR / app / "content" / rest


def _override(file: str) -> Path:
    return settings.ENV.override_dir / file


def _stat(path: Path) -> Any:
    try:
        return path.stat()
    except OSError:
        return None


def _text(file: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadContent([Problem(file, "", f"a readable file ({error.strerror})")]) from None
    except UnicodeDecodeError:
        raise BadContent([Problem(file, "", "text in UTF-8")]) from None


def _parse(file: str, text: str, model: type[BaseModel]) -> BaseModel:
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise BadContent([Problem(file, "", f"valid JSON ({error})")]) from None
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise BadContent([Problem(file, _pointer(e["loc"]), e["msg"]) for e in error.errors()]) from None


def _pointer(location: tuple[int | str, ...]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


content = ContentStore()

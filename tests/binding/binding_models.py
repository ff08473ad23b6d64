"""Models of every library, at module level, where their annotations can be resolved."""

from __future__ import annotations

import datetime
import enum
from dataclasses import InitVar, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, Literal, NotRequired, TypedDict, TypeVar
from uuid import UUID

import attrs
import msgspec
import pydantic


class Level(enum.Enum):
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    max_size: int
    directory: Path = Path("var")
    rate: float = 1.0


@dataclass
class Account:
    name: str
    db_password: str | None = None


@dataclass
class Odd:
    class_: str
    seed: InitVar[int]
    doubled: int = field(init=False, default=0)

    def __post_init__(self, seed: int) -> None:
        self.doubled = 2 * seed


T = TypeVar("T")


@dataclass
class Box(Generic[T]):
    content: T
    others: list[T] = field(default_factory=list)


class Retry(TypedDict):
    times: int
    pause: NotRequired[float]


@dataclass
class Messaging:
    queue: Queue
    level: Level = Level.LOW
    mode: Literal["fast", "safe", 3] = "safe"
    since: datetime.datetime | None = None
    day: datetime.date | None = None
    price: Decimal | None = None
    ident: UUID | None = None
    names: list[str] = field(default_factory=list)
    pair: tuple[int, str] | None = None
    tags: set[str] = field(default_factory=set)
    queues: dict[str, Queue] = field(default_factory=dict)
    either: int | str | list[Queue] = 0
    retry: Retry | None = None
    box: Box[int] | None = None
    ports: dict[int, str] = field(default_factory=dict)
    anything: Any = None
    accounts: tuple[Account, ...] = ()


@dataclass
class Checked:
    api_key: str
    size: int = 1

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"size is {self.size}")
        if self.api_key != "right":
            raise ValueError(f"{self.api_key} is not the key")


@dataclass
class Broken:
    call: complex


@attrs.define
class AttrsQueue:
    max_size: int = attrs.field(validator=attrs.validators.ge(1))
    _hidden: str = "x"
    words: list[str] = attrs.field(factory=list, converter=lambda text: text.split() if isinstance(text, str) else text)


class StructQueue(msgspec.Struct, rename="kebab", forbid_unknown_fields=True):
    max_size: int
    level: Literal["low", "high"] = "low"
    directory: Path = Path("var")


class StructMessaging(msgspec.Struct):
    queues: dict[str, StructQueue] = {}
    rows: list[StructQueue] = []
    api_token: Literal["a", "b"] = "a"


class PydanticQueue(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    max_size: int = pydantic.Field(ge=1)
    api_key: str = ""
    either: int | list[int] = 1

    @pydantic.field_validator("api_key")
    @classmethod
    def is_right(cls, value: str) -> str:
        if value not in ("", "right"):
            raise ValueError(f"{value} is not the key")
        return value


class PydanticMessaging(pydantic.BaseModel):
    queue: PydanticQueue
    queues: dict[str, PydanticQueue] = {}


@dataclass
class Mixed:
    attrs_queue: AttrsQueue
    struct_queue: StructQueue
    pydantic_queue: PydanticQueue


class StructBroken(msgspec.Struct):
    call: complex


@dataclass
class Chain:
    next: Chain | None = None

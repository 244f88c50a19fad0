"""Columns whose values the database never sees: sealed on the way in, opened on the way out.

The sealer is the engine's (`casebook.engine.open_casebook`); without a key such a column can neither be read nor
written.
"""

import json
from typing import Any, NoReturn

from sqlalchemy import Column, Dialect, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.operators import OperatorType, is_, is_not
from sqlalchemy.types import TypeDecorator

from casebook.errors import ConfigurationError
from casebook.sealing import Sealer

INDEX_OF = "index_of"


class _NotCompared(TypeDecorator.Comparator[Any]):
    """Refuses what would silently find nothing: no two sealed values are alike."""

    def operate(self, op: OperatorType, *other: Any, **words: Any) -> Any:
        if op not in (is_, is_not):
            _refuse()
        return super().operate(op, *other, **words)

    def reverse_operate(self, op: OperatorType, other: Any, **words: Any) -> Any:  # noqa: ARG002 - all are refused
        _refuse()


class Sealed(TypeDecorator[str]):
    """A text that is sealed at rest."""

    impl = Text
    cache_ok = True
    comparator_factory = _NotCompared

    def __init__(self, column: str) -> None:
        """Remember the column (`table.column`), which is sealed into each value."""
        super().__init__()
        self.column = column

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal a value that is written."""
        return None if value is None else sealer_of(dialect).seal(value, column=self.column)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open a value that is read."""
        return None if value is None else sealer_of(dialect).open(value, column=self.column)


class SealedJson(TypeDecorator[Any]):
    """A JSON value that is sealed at rest: as one JSON string."""

    impl = JSONB
    cache_ok = True
    comparator_factory = _NotCompared

    def __init__(self, column: str) -> None:
        """Remember the column (`table.column`), which is sealed into each value."""
        super().__init__()
        self.column = column

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """Seal a value that is written."""
        return sealer_of(dialect).seal(json.dumps(value, ensure_ascii=False), column=self.column)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Open a value that is read; what is from before sealing is no string."""
        return json.loads(sealer_of(dialect).open(value, column=self.column)) if isinstance(value, str) else value


def blind_index(name: str, *, of: str) -> Column[str]:
    """Return the column by whose keyed digest a sealed one is searched."""
    return Column(name, Text, info={INDEX_OF: of})


def sealer_of(dialect: Dialect) -> Sealer:
    """Return the sealer of an engine's dialect; ConfigurationError when it was opened without a key."""
    sealer: Sealer | None = getattr(dialect, "sealer", None)
    if sealer is None:
        raise ConfigurationError("没有个人信息密钥，读写不了诉求人资料。请设置环境变量 MINHU_PERSONAL_KEY 后重试。")
    return sealer


def _refuse() -> NoReturn:
    raise TypeError("A sealed column is found by its blind index, never compared.")

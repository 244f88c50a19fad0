"""One configuration file becomes one frozen model, or a sentence that names the file, the key and what to do."""

import csv
import io
import json
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from casebook.errors import ConfigurationError

WHAT_IS_WRONG = {
    "missing": "缺少这一项，请补上",
    "extra_forbidden": "没有这个配置项，请删去或更正拼写",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "greater_than_equal": "数太小，请对照说明更正",
    "less_than_equal": "数太大，请对照说明更正",
    "too_short": "至少要有一项",
    "string_type": "应为加引号的文字",
    "string_too_short": "不能为空",
    "bool_type": "应为 true 或 false",
    "date_from_datetime_parsing": "应为日期，例如 2026-11-02",
    "date_parsing": "应为日期，例如 2026-11-02",
    "date_from_datetime_inexact": "应为日期，不带时刻，例如 2026-11-02",
    "string_pattern_mismatch": "写法不对，请对照说明更正",
    "time_parsing": "应为时刻，例如 09:00",
    "tuple_type": "应为方括号列表",
    "dict_type": "应为一节，例如 [fields]",
    "model_type": "应为一节，例如 [limits]",
}


Model = TypeVar("Model", bound=BaseModel)
Text = Annotated[str, StringConstraints(min_length=1)]


class Configured(BaseModel):
    """A part of the configuration: frozen, and strict about keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Folder:
    """The configuration folder; every refusal is a `ConfigurationError` that names the file inside it."""

    def __init__(self, path: Path) -> None:
        """Remember where the files are; nothing is read yet."""
        self._path = path

    def toml(self, name: str) -> dict[str, object]:
        """Return the tables of a TOML file; decimal fractions stay exact."""
        try:
            return tomllib.loads(self._text(name), parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationError(f"配置文件 {name} 不是有效的 TOML（{error}）。请更正后重新启动。") from error

    def json(self, name: str) -> dict[str, object]:
        """Return the object that a JSON file holds."""
        try:
            found = json.loads(self._text(name))
        except (ValueError, RecursionError) as error:
            raise ConfigurationError(f"配置文件 {name} 不是有效的 JSON（{error}）。请更正后重新启动。") from error
        if not isinstance(found, dict):
            raise ConfigurationError(f"配置文件 {name} 应是一个 JSON 对象。请更正后重新启动。")
        return found

    def rows(self, name: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the rows of a CSV file with their line numbers; the first line names the columns."""
        reader = csv.DictReader(io.StringIO(self._text(name), newline=""), restkey="", restval="")
        try:
            for row in reader:
                if "" in row:
                    raise wrong(name, key=f"第 {reader.line_num} 行", what="列数比表头多，请更正")
                yield reader.line_num, row
        except csv.Error as error:
            raise wrong(name, key=f"第 {reader.line_num} 行", what="不是有效的 CSV，请更正引号和逗号") from error

    def names(self, pattern: str) -> list[str]:
        """Return the files that match, sorted, as names inside the folder."""
        return sorted(path.relative_to(self._path).as_posix() for path in self._path.glob(pattern))

    def _text(self, name: str) -> str:
        try:
            return (self._path / name).read_text(encoding="utf-8-sig")
        except FileNotFoundError as error:
            raise ConfigurationError(
                f"找不到配置文件 {name}。请从发行版的 config 文件夹补上，或检查 MINHU_CONFIG 是否指对了文件夹。"
            ) from error
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"配置文件 {name} 读不出来。请检查读取权限，并确认它是 UTF-8 编码。") from error


def wrong(name: str, *, key: str, what: str) -> ConfigurationError:
    """Return the sentence for one wrong place of one file."""
    return ConfigurationError(f"配置文件 {name} 的 {key}：{what}。更正后重新启动。")


def validated(model: type[Model], data: Mapping[str, object], *, name: str, at: str = "") -> Model:
    """Return the data as a model; the first thing that does not fit becomes a sentence with the key's path."""
    try:
        return model.model_validate(dict(data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        key = " 的 ".join(part for part in (at, path) if part) or "内容"
        raise wrong(name, key=key, what=in_chinese(first)) from None


def in_chinese(error: ErrorDetails) -> str:
    """Return what is wrong with a value, and what it should be."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] in {"literal_error", "enum"}:
        return f"只能是 {error['ctx']['expected'].replace(' or ', '、').replace(', ', '、')} 之一"
    return WHAT_IS_WRONG.get(error["type"], "值的写法不对，请对照 config/README.md 更正")

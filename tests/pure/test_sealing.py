"""What callers tell of themselves is sealed, found again by a digest, and never compared by accident."""

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import create_mock_engine, insert, select

from casebook.errors import ConfigurationError
from casebook.schema import callers
from casebook.sealing import Sealer

OLD, NEW = "0a" * 32, "0b" * 32
NAME, PHONE = "callers.name", "callers.phone"


def sealer(*keys: str) -> Sealer:
    return Sealer(SecretStr(",".join(keys)))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_is_opened_again_and_says_nothing_meanwhile(value: str) -> None:
    sealed = sealer(OLD).seal(value, column=NAME)
    assert value == sealer(OLD).open(sealed, column=NAME)
    assert len(value) < 4 or value not in sealed


def test_no_two_sealed_values_are_alike() -> None:
    assert 1000 == len({sealer(OLD).seal("13800000001", column=PHONE) for _ in range(1000)})


def test_a_number_cannot_be_passed_off_as_a_name_nor_be_changed() -> None:
    sealed = sealer(OLD).seal("13800000001", column=PHONE)
    turned = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    for value, column in ((sealed, NAME), (turned, PHONE)):
        with pytest.raises(ConfigurationError, match=column):
            sealer(OLD).open(value, column=column)


def test_equal_numbers_have_the_same_digest_which_depends_on_the_key() -> None:
    one, other = sealer(OLD), sealer(NEW)
    assert one.index("13800000001") == one.index("13800000001") != one.index("13800000002")
    assert one.index("13800000001") != other.index("13800000001")


def test_while_a_key_is_changed_both_open_and_both_digests_are_looked_for() -> None:
    both = sealer(NEW, OLD)
    assert "张三" == both.open(sealer(OLD).seal("张三", column=NAME), column=NAME)
    assert "张三" == sealer(NEW).open(both.seal("张三", column=NAME), column=NAME)
    assert {sealer(OLD).index("1"), sealer(NEW).index("1")} == set(both.indexes("1"))


def test_a_key_that_was_given_up_opens_nothing_and_the_sentence_holds_no_content() -> None:
    sealed = sealer(OLD).seal("张三", column=NAME)
    with pytest.raises(ConfigurationError, match="MINHU_PERSONAL_KEY") as refused:
        sealer(NEW).open(sealed, column=NAME)
    assert sealed not in str(refused.value)


def test_what_is_from_before_sealing_is_read_as_it_stands() -> None:
    assert ["张三", "13800000001"] == [sealer(OLD).open(value, column=NAME) for value in ("张三", "13800000001")]


@pytest.mark.parametrize("keys", ["", "secret", OLD[:-2], f"{OLD},", f"{OLD};{NEW}"])
def test_a_key_that_is_none_is_refused_with_a_sentence_that_does_not_show_it(keys: str) -> None:
    with pytest.raises(ConfigurationError, match="MINHU_PERSONAL_KEY") as refused:
        sealer(keys)
    assert not keys or keys not in str(refused.value)


def test_a_sealed_column_cannot_be_compared_by_accident() -> None:
    for compare in (operator.eq, operator.ne, operator.lt, operator.ge):
        with pytest.raises(TypeError, match="blind index"):
            compare(callers.c.phone, "1")
    with pytest.raises(TypeError, match="blind index"):
        callers.c.phone.in_(["1"])
    assert "phone IS NOT NULL" in str(select(callers.c.request_id).where(callers.c.phone.is_not(None)))


def test_without_a_key_nothing_is_written_unsealed() -> None:
    dialect = create_mock_engine("postgresql+psycopg://", lambda *_: None).dialect
    write = insert(callers).compile(dialect=dialect)._bind_processors  # noqa: SLF001 - what runs for each value
    with pytest.raises(ConfigurationError, match="MINHU_PERSONAL_KEY"):
        write["phone"]("13800000001")  # type: ignore[operator]

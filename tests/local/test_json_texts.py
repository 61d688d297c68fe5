import pytest

from bus.local.json_texts import is_json, is_unicode, read


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "{", "", '"\ud800"', "[" * 5000 + "]" * 5000])
def test_what_aws_takes_for_no_json_is_none(text: str):
    assert not is_json(text)


@pytest.mark.parametrize("text", ["1e999", '"é"', '"\U0001f600"', "[" * 1000 + "]" * 1000])
def test_what_python_finds_hard_is_json_all_the_same(text: str):
    assert is_json(text)


def test_a_whole_number_keeps_every_digit():
    assert read("123456789012345678901234567890") == 123456789012345678901234567890


def test_half_of_a_surrogate_pair_is_no_unicode():
    assert [is_unicode(text) for text in ("a", "é", "\U0001f600", "a\udfff")] == [True, True, True, False]

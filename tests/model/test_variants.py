"""What the path of a file says of it."""

import pytest
from deploylint.model import variants


@pytest.mark.parametrize("word", sorted(variants._STAGES))
def test_every_word_for_a_stage_is_found(word):
    assert variants.stage(f"deploy/{word}/shop.service") == variants._STAGES[word]
    assert variants.stage(f"deploy/Shop.{word.upper()}.env") == variants._STAGES[word]
    assert variants.stage(f"deploy/x{word}y.env") is None


@pytest.mark.parametrize("word", sorted(variants._EXAMPLES))
def test_every_word_for_an_example_is_found(word):
    assert variants.is_example(f"deploy/shop.{word}")
    assert not variants.is_example(f"deploy/x{word}y")


def test_the_last_word_counts():
    assert variants.stage("production/test/shop.service") == "test"
    assert variants.stage("deploy/shop.service") is None

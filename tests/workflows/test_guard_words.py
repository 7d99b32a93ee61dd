"""The words in which a refusal is told in Chinese: every guard has them, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from zhili import CASE_TYPES
from zhili.aggregates.policy import PolicyStream
from zhili.workflows.guard_words import EVERYWHERE, OWN, guard_in_chinese

if TYPE_CHECKING:
    from zhili import Case

SENTENCE = re.compile(r"[\u4e00-\u9fff“][^,;:?!()]*[。）]?。")
"""Chinese words and no stops of another writing."""

ALL_TYPES = (*CASE_TYPES, PolicyStream)


@pytest.mark.parametrize("case_type", ALL_TYPES, ids=lambda kind: kind.workflow.name)
def test_every_guard_has_words(case_type: type[Case]) -> None:
    """Each guard of every table says in Chinese what it needs, in a whole sentence."""
    name = case_type.workflow.name
    told = {guard: guard_in_chinese(name, guard) for guard in case_type.workflow.guards}
    assert [guard for guard, words in told.items() if not words] == []
    assert [words for words in told.values() if words and not SENTENCE.fullmatch(words)] == []


@pytest.mark.parametrize("case_type", ALL_TYPES, ids=lambda kind: kind.workflow.name)
def test_no_words_are_left_over(case_type: type[Case]) -> None:
    """Words stand only for guards that a table has."""
    workflow = case_type.workflow
    assert sorted(OWN[workflow.name].keys() - set(workflow.guards)) == []


def test_what_stands_for_several_is_in_several() -> None:
    """Words for every case type are those of guards that several have, and none has its own."""
    for guard in EVERYWHERE:
        having = [kind.workflow.name for kind in ALL_TYPES if guard in kind.workflow.guards]
        assert len(having) > 1, guard
        assert [name for name in having if guard in OWN[name]] == [], guard
    assert OWN.keys() == {kind.workflow.name for kind in ALL_TYPES}

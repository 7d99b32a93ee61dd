"""Documents are written in both formats so that each can be had from the other."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.open311.client import _as_text, _from_xml
from zhili.interchange.open311.catalogue import category_of, code_of
from zhili.interchange.open311.reading import _Tree
from zhili.interchange.open311.spark import FORMATS, written

NAMES = st.sampled_from(("status", "lat", "address", "state_name", "service_code"))
TEXTS = st.text(max_size=30)
PLAINS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS
)
MAPPINGS = st.dictionaries(NAMES, PLAINS, min_size=1)
LISTS = st.lists(st.one_of(MAPPINGS, TEXTS), max_size=4)


def kept(value: Any) -> Any:
    """Give what XML can keep of a value: no space around it, no characters that it has not."""
    if isinstance(value, dict):
        return {name: kept(one) for name, one in value.items()} or None
    if isinstance(value, list):
        return [kept(one) for one in value]
    if not isinstance(value, str):
        return _as_text(value)
    unfit = {*map(chr, range(32)), "\ufffe", "\uffff"} - {"\t", "\n", "\r"}
    return "".join("\ufffd" if one in unfit else one for one in value).strip() or None


@given(LISTS)
def test_xml_says_what_json_says(requests: list[Any]) -> None:
    """A list of whatever there is, written in both, is read back as the same."""
    from_json = json.loads(written(requests, "service_requests", "json"))
    assert from_json == requests
    body = written(requests, "service_requests", "xml")
    assert _from_xml(ET.fromstring(body)) == kept(requests)  # noqa: S314 - written here
    assert _Tree("it").read(body) == ("service_requests", kept(requests))


@pytest.mark.parametrize("form", FORMATS)
def test_half_a_character_does_no_harm(form: Any) -> None:
    """What no encoding has is replaced, and the rest is there."""
    body = written([{"status": "a\ud800b"}], "service_requests", form)
    assert "a" in body.decode("utf-8")


@given(st.text(min_size=1, max_size=20))
def test_a_service_code_is_one_segment_and_leads_back(category: str) -> None:
    """No slash, no dot that is not a level, no comma; and the category is had back."""
    code = code_of(category)
    assert not {"/", ","} & set(code)
    assert code.count(".") == category.count("/")
    assert category_of(code) == category

"""Forms made from commands: every field named, every value there and back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import Any, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import Template
from pydantic import ValidationError

from tests.pages.html_forms import HtmlForm, forms_in
from zhili import CASE_TYPES, Engine, complaint, hazard, wall, whistle
from zhili.commands.command import Command, Opening
from zhili.errors import InputError
from zhili.face import Request
from zhili.pages.choice_words import CHOICES, CODE_LISTS
from zhili.pages.field import Shape, shapes_of
from zhili.pages.field_words import HELP, OWN_WORDS, WORDS, label_of_field
from zhili.pages.form import Form, form_of, read, texts_of
from zhili.pages.site import Site
from zhili.pages.view import View
from zhili.policies.limit import Limit
from zhili.values import Attachment, Personal

ZONE = "Asia/Shanghai"
CASE = UUID("01920000-0000-7000-8000-000000000001")
COMMANDS = [command for kind in CASE_TYPES for command in kind.commands]
FIELDS = [(command, shape) for command in COMMANDS for shape in shapes_of(command)]


@pytest.fixture(scope="module")
def site() -> Any:
    """A site around an empty store."""
    with Engine.open("memory:", zone=ZONE) as engine:
        yield Site(engine)


def drawn(site: Site, form: Form, language: str = "en") -> str:
    """Give the HTML of *form*."""
    request = Request("GET", "/", query=(("lang", language),))
    return template_of(site).render(**View(site, request).words(), form=form)


@cache
def template_of(site: Site) -> Template:
    """Give a page that holds nothing but one form."""
    return site.environment.from_string(
        '{% import "form.html" as forms with context %}{{ forms.form(form, "/", "Send") }}'
    )


def rendered(site: Site, form: Form, language: str = "en") -> HtmlForm:
    """Give *form* as a browser would send it untouched."""
    return forms_in(drawn(site, form, language))[0]


def sent(form: HtmlForm) -> tuple[tuple[str, str], ...]:
    """Give the fields of the command that *form* sends."""
    own = {"_token", "_key", "_expect"}
    return tuple((name, value) for name, value in form.pairs if name not in own)


# — words —


def test_every_field_of_every_command_is_called_something_in_both_languages() -> None:
    """No field comes before people under the name that programs have for it."""
    nameless = [
        f"{command.case_type}.{command.verb}.{shape.name}"
        for command, shape in FIELDS
        if label_of_field(command.case_type, command.verb, shape.name) is None
    ]
    assert nameless == []


def test_no_word_is_kept_for_a_field_that_is_gone() -> None:
    """What is named in the lists of words is a field of some command."""
    full = {f"{command.case_type}.{command.verb}.{shape.name}" for command, shape in FIELDS}
    names = {shape.name for _, shape in FIELDS}
    assert set(WORDS) - names == set()
    assert set(OWN_WORDS) - full == set()
    assert set(CODE_LISTS) - full == set()
    assert {name for name in HELP if "." in name} - full == set()
    assert {name for name in HELP if "." not in name} - names == set()


def test_every_set_word_that_may_be_chosen_has_a_label() -> None:
    """What a `Literal` offers is said in words, never as programs write it."""
    offered = {choice for _, shape in FIELDS for choice in shape.choices if isinstance(choice, str)}
    assert offered - set(CHOICES) == set()


def test_a_list_of_a_policy_is_what_there_is_to_choose(site: Site) -> None:
    """The codes of a policy in force stand in the form with their words in both languages."""
    form = form_of(wall.Collect, site.engine.book.current())
    options = {option.value: option.label for option in form.field("channel").options}
    assert options["home_visit"].en == "Home visit"
    assert options["home_visit"].zh == "入户走访"
    kinds = form_of(whistle.Draft, site.engine.book.current()).field("kind").options
    assert [option.value for option in kinds] == ["ENFORCEMENT", "KEY_WORK", "EMERGENCY"]
    assert kinds[0].label.zh == "综合执法哨"


# — there and back —

WORDS_OF_PEOPLE = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=20
).filter(lambda text: text.strip() == text)
LINES_OF_PEOPLE = st.lists(WORDS_OF_PEOPLE, min_size=1, max_size=3).map("\n".join)
UNITS = st.from_regex(r"[a-z0-9一-龥]{1,12}", fullmatch=True)
MOMENTS = st.datetimes(
    min_value=datetime.fromisoformat("2000-01-01"),
    max_value=datetime.fromisoformat("2100-01-01"),
    timezones=st.just(ZoneInfo(ZONE)),
).map(lambda moment: moment.astimezone(UTC))
FILES = st.builds(
    Attachment,
    name=WORDS_OF_PEOPLE,
    media_type=st.sampled_from(["image/jpeg", "application/pdf"]),
    size=st.integers(0, 10 * 2**30),
    sha256=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    uri=WORDS_OF_PEOPLE,
)
LIMITS = st.builds(
    Limit, amount=st.integers(1, 3650), unit=st.just("days"), roll_forward=st.booleans()
)
HIDDEN = st.builds(Personal, subject=WORDS_OF_PEOPLE, value=WORDS_OF_PEOPLE)


def numbers(shape: Shape) -> st.SearchStrategy[int]:
    """Give numbers that a field takes."""
    return st.integers(shape.least or 0, 100 if shape.most is None else shape.most)


def values_of(shape: Shape) -> st.SearchStrategy[Any]:
    """Give values for a field of that shape."""
    if shape.kind == "hidden":
        return (
            st.uuids()
            if shape.length_max is None and shape.most is None
            else (numbers(shape) if shape.most else UNITS)
        )
    if shape.kind == "document":
        return (
            st.lists(HIDDEN, max_size=2).map(tuple)
            if shape.most
            else st.dictionaries(WORDS_OF_PEOPLE, WORDS_OF_PEOPLE, max_size=3)
        )
    if shape.kind in {"choice", "choices"}:
        one = st.sampled_from(shape.choices)
        # What is ticked comes back in the order in which it is offered.
        some = st.lists(one, unique=True).map(
            lambda ticked: sorted(ticked, key=shape.choices.index)
        )
        return one if shape.kind == "choice" else some.map(tuple)
    several = st.lists(UNITS, unique=True, min_size=1, max_size=3).map(tuple)
    return {
        "line": WORDS_OF_PEOPLE,
        "text": LINES_OF_PEOPLE,
        "code": UNITS,
        "unit": UNITS,
        "yes_no": st.booleans(),
        "check": st.booleans(),
        "number": numbers(shape),
        "day": st.dates(date(1970, 1, 1), date(9999, 11, 30)),
        "moment": MOMENTS,
        "case": st.uuids(),
        "units": several,
        "codes": several,
        "file": FILES,
        "files": st.lists(FILES, min_size=1, max_size=4).map(tuple),
        "limit": LIMITS,
        "points": st.dictionaries(UNITS, st.integers(0, 100), min_size=1, max_size=4),
    }[shape.kind]


@st.composite
def commands(draw: st.DrawFn, command: type[Command]) -> Command:
    """Draw a command with every field that is needed, and some of the others."""
    fields: dict[str, Any] = {"case_id": draw(st.uuids())}
    for shape in shapes_of(command):
        if command.model_fields[shape.name].is_required() or draw(st.booleans()):
            value = draw(values_of(shape))
            fields[shape.name] = (
                draw(st.none()) if shape.optional and draw(st.booleans()) else value
            )
    if command is complaint.BringIn:
        fields["zone"] = ZONE
    if command.__name__ in {"RecordCallback", "Evaluate"} and not fields.get("reached", True):
        fields |= {"contacted": None, "solved": None, "satisfaction": None}
    elif "reached" in fields:
        fields |= {"contacted": True, "solved": False, "satisfaction": "dissatisfied"}
    return command.model_validate(fields)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: f"{one.case_type}.{one.verb}")
@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_command_comes_back_from_its_form(
    site: Site, command: type[Command], data: st.DataObject
) -> None:
    """Whatever a command says, its form, sent untouched by a browser, says the same."""
    given_command = data.draw(commands(command))
    form = form_of(command, site.engine.book.current(), texts=texts_of(given_command, ZONE))
    language = data.draw(st.sampled_from(["en", "zh"]))
    pairs = sent(rendered(site, form, language))
    case_id = None if issubclass(command, Opening) else given_command.case_id
    assert read(command, pairs, case_id, ZONE) == given_command


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: f"{one.case_type}.{one.verb}")
def test_a_blank_form_lacks_exactly_what_has_to_be_filled_in(
    site: Site, command: type[Command]
) -> None:
    """Nothing is answered before anybody has answered it, and nothing optional is asked for."""
    pairs = sent(rendered(site, form_of(command, site.engine.book.current())))
    needed = {shape.name for shape in shapes_of(command) if shape.needed}
    if not needed:
        assert isinstance(read(command, pairs, CASE, ZONE), command)
        return
    with pytest.raises(ValidationError) as caught:
        read(command, pairs, CASE, ZONE)
    assert {fault["loc"][0] for fault in caught.value.errors()} == needed


def test_a_form_that_is_sent_twice_opens_one_case(site: Site) -> None:
    """The id of the case to be opened, and those it causes, are made when the form is shown."""
    form = form_of(whistle.Reblow, site.engine.book.current())
    pairs = (*sent(rendered(site, form)), ("reason", "back again"))
    assert read(whistle.Reblow, pairs, CASE, ZONE) == read(whistle.Reblow, pairs, CASE, ZONE)
    opening = form_of(wall.Collect, site.engine.book.current())
    assert "case_id" in dict(sent(rendered(site, opening)))


def test_a_local_time_is_read_in_the_zone_of_the_engine() -> None:
    """Whoever writes 09:30 means nine thirty where the engine keeps its days."""
    pairs = (("title", "t"), ("post", "care"), ("serve_by", "2026-03-05T09:30"))
    from zhili import branch_call

    command = read(branch_call.Call, pairs, CASE, ZONE)
    assert isinstance(command, branch_call.Call)
    assert command.serve_by == datetime(2026, 3, 5, 1, 30, tzinfo=UTC)


# — what is wrong stands beside its field —


def test_what_was_typed_is_kept_and_what_is_wrong_stands_beside_it(site: Site) -> None:
    """A field that is wrong is marked, described and linked from a summary; the rest is kept."""
    blank = form_of(hazard.CallDistrict, site.engine.book.current())
    pairs = (("unit", "110105"), ("level", "12"), ("ledger_entry", ""))
    with pytest.raises(ValidationError) as caught:
        read(hazard.CallDistrict, pairs, CASE, ZONE)
    form = blank.wrong(caught.value, pairs)
    assert {fault.name: fault.words.en for fault in form.faults} == {
        "level": "At most 9.",
        "ledger_entry": "Fill this in.",
    }
    html = drawn(site, form, "zh")
    assert 'href="#f-level"' in html
    assert 'role="alert"' in html
    control = html[html.index('<input id="f-level"') :].partition(">")[0]
    assert 'aria-invalid="true"' in control
    assert 'aria-describedby="f-level-wrong1' in control
    assert 'value="12"' in control
    assert '<p class="wrong-text" id="f-level-wrong1">不大于9。</p>' in html


@settings(max_examples=150, deadline=None, suppress_health_check=[*HealthCheck])
@given(command=st.sampled_from(COMMANDS), data=st.data())
def test_a_form_that_makes_no_sense_is_shown_again(
    site: Site, command: type[Command], data: st.DataObject
) -> None:
    """Whatever stands in the fields, it is a command, or its faults, and the form is drawn."""
    names = [shape.name for shape in shapes_of(command)] or ["case_id"]
    inner = st.sampled_from(["", ".x", ".0.name", ".0.size", ".99999999999.uri", ".", ".amount"])
    pairs = data.draw(
        st.lists(
            st.builds(
                lambda name, rest, text: (name + rest, text),
                st.sampled_from(names),
                inner,
                st.text(max_size=12) | st.sampled_from(["9999-12-31T23:59", "-1", "true", "nan"]),
            ),
            max_size=8,
        )
    )
    blank = form_of(command, site.engine.book.current())
    try:
        assert isinstance(read(command, tuple(pairs), None, ZONE), command)
    except InputError:
        return
    except ValidationError as error:
        wrong = blank.wrong(error, tuple(pairs))
        assert wrong.faults
        assert rendered(site, wrong).names


def test_a_field_that_the_form_does_not_have_is_refused() -> None:
    """Nobody adds a field to a form that was not offered it."""
    with pytest.raises(InputError, match="no field 'public_safety'"):
        read(
            complaint.Register,
            (("kind", "help"), ("public_safety", "true")),
            CASE,
            ZONE,
            only={"kind", "title", "content"},
        )


def test_what_the_page_says_goes_before_what_the_form_says() -> None:
    """A fixed value cannot be sent over."""
    fixed = {"kind": "help", "channel": "website"}
    pairs = (("title", "Lamp"), ("content", "It is dark"))
    made = read(complaint.Register, pairs, CASE, ZONE, only={"title", "content"}, fixed=fixed)
    assert isinstance(made, complaint.Register)
    assert (made.channel, made.kind) == ("website", "help")


def test_a_unit_is_chosen_from_the_organisation(site: Site) -> None:
    """Where the organisation is described, its units are what there is to choose."""
    form = form_of(
        complaint.Dispatch, site.engine.book.current(), units={"110105": "Chaoyang 朝阳区"}
    )
    html = rendered(site, form)
    assert [option.value for option in form.field("unit").options] == ["110105"]
    assert ("unit", "") in html.pairs


def test_a_choice_that_is_gone_is_still_shown(site: Site) -> None:
    """A code that a policy has dropped does not vanish from what somebody wrote."""
    command = wall.RefusePosting(
        case_id=CASE, reason="old_reason", explanation="It was said.", poster_told=True
    )
    form = form_of(wall.RefusePosting, site.engine.book.current(), texts=texts_of(command, ZONE))
    assert "old_reason" in [option.value for option in form.options_of(form.field("reason"))]


def test_every_kind_of_field_is_drawn() -> None:
    """No kind of field is left out of what is tried here."""
    from zhili.pages.field import Kind

    assert {shape.kind for _, shape in FIELDS} == set(get_args(Kind))

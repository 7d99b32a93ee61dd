"""Lists as somebody sees them: restricted in the register itself, so that pages stay whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Final

from zhili.access import mask
from zhili.access.sight import ACCUSED, NO_PART, Sight, Standing
from zhili.aggregates.house_words import HOUSE
from zhili.aggregates.wall_words import plain
from zhili.errors import CaseNotFoundError, RoleRefusedError
from zhili.projections.listing import NOT_ENDED, CasePage, Filter, ListedCase
from zhili.projections.question import Question, Record
from zhili.projections.worklist import Earlier, Worklist
from zhili.values import Actor

if TYPE_CHECKING:
    from uuid import UUID

    from zhili.access.units import Below
    from zhili.aggregates import Case

__all__ = ["SeenPage", "not_there", "seen_item"]

NOTHING: Final = "1 = 0"
PART: Final = "kind NOT IN ({})".format(", ".join(f"'{kind}'" for kind in NO_PART))
HAD: Final = "EXISTS (SELECT 1 FROM spells had WHERE had.case_id = cases.case_id AND {})"


class SeenPage(Question):
    """
    A page of a list as `by` sees it.

    Listed is what a unit has or has a part in; what it had once it sees by its number.
    """

    definition: ClassVar[str] = "worklist"

    question: Worklist | Earlier
    by: Actor | None = None

    def answer(self, record: Record) -> CasePage:
        """
        Read the page.

        Raises:
            RoleRefusedError: If they may not look for the cases of one person.
            CaseNotFoundError: If they may not see the case whose subject is meant.
            InputError: As the question itself.
        """
        sight = Sight(self.by, record.rules, record.now, record.zone)
        if isinstance(self.question, Earlier) and self.question.case_id is not None:
            case = record.case(self.question.case_id)
            if not sight.sees(case):
                raise not_there(self.question.case_id)
        wanted = self.question.wanted(record)
        _restrict_persons(wanted, self.question, sight, record)
        _restrict_doors(wanted, self.question, sight)
        _restrict(wanted, self.question, sight)
        found = self.question.page(record, wanted)
        items = tuple(seen_item(item, sight) for item in found.items)
        return found.model_copy(update={"items": items})

    def only_cases(self, record: Record) -> tuple[UUID, ...] | None:
        """Give the cases that the question can be about."""
        return self.question.only_cases(record)


def not_there(case_id: UUID) -> CaseNotFoundError:
    """Give the error of a case that is not there, which is also that of one that is not seen."""
    return CaseNotFoundError(f"there is no case {case_id}", case_id=case_id)


def seen_item(item: ListedCase, sight: Sight) -> ListedCase:
    """Give a row as *sight* shows it: without the subject, numbers, or a door that is hidden."""
    changed: dict[str, str | None] = {}
    standing = Standing.of(item)
    if item.subject is not None and not sight.knows_subject(standing, listed=True):
        changed["subject"] = None
    for field, said in (("title", item.title), ("place", item.place)):
        if said is None:
            continue
        known = said if sight.knows_place(standing) else mask.without_door(field, said)
        if (shown := mask.text(known)) != said:
            changed[field] = shown
    return item.model_copy(update=changed) if changed else item


def _restrict(wanted: Filter, question: Worklist | Earlier, sight: Sight) -> None:
    """Let only those cases through that they may see."""
    actor, scope = sight.actor, sight.view.scope
    if actor is None:
        wanted.add(NOTHING)
        return
    if sight.own_unit:
        named = {f"accused_{n}": unit for n, unit in enumerate(sight.own_unit)}
        wanted.add(
            f"case_id NOT IN (SELECT case_id FROM parts WHERE kind = '{ACCUSED}'"
            f" AND unit IN ({_listed(named)}))",
            **named,
        )
    if scope == "own":
        wanted.add("subject = :seen_subject", seen_subject=actor.id)
    elif scope == "unit" and actor.unit is not None:
        _restrict_to_unit(wanted, question, actor.unit)
    elif scope == "district" and sight.below is not None:
        _restrict_to_district(wanted, question, sight.below)
    elif scope != "all":
        wanted.add(NOTHING)


def _restrict_to_unit(wanted: Filter, question: Worklist | Earlier, unit: str) -> None:
    """
    Let only cases through that a unit has or has a part in; a number finds those it had, too.

    Each condition has an index that finds them; that of open cases has them as they are due.
    """
    is_due = isinstance(question, Worklist) and question.order == "due"
    in_order = is_due and NOT_ENDED in wanted.conditions
    wanted.either("unit = :seen_unit", in_order=in_order, seen_unit=unit)
    wanted.either(f"case_id IN (SELECT case_id FROM parts WHERE unit = :seen_unit AND {PART})")
    wanted.either("village = :seen_unit")
    if _is_one_case(question):
        wanted.either(HAD.format("had.unit = :seen_unit"))


def _restrict_to_district(wanted: Filter, question: Worklist | Earlier, below: Below) -> None:
    """
    Let only cases through that a unit below has or has a part in.

    Of a few units an index soon finds them all. Of a large district whoever walks through the list
    in its order soon has a page of them; if not, there are few of them, and an index finds those.
    """
    has, parameters = below.condition("unit")
    part, _ = below.condition("part.unit")
    of_case = f"part.case_id = cases.case_id AND {PART}"
    ways = [has, f"EXISTS (SELECT 1 FROM parts part WHERE {of_case} AND {part})"]
    if _is_one_case(question):
        ways.append(HAD.format(below.condition("had.unit")[0]))
    anyway = f"({' OR '.join(ways)})"
    if _are_few(question):
        wanted.add(anyway, **parameters)
        return
    within = f"{below.range('unit')} AND {has}"
    wanted.parameters.update(parameters)
    wanted.either(within)
    wanted.either(f"case_id IN (SELECT case_id FROM parts WHERE {within} AND {PART})")
    if not below.is_small:
        wanted.walked = anyway


def _is_one_case(question: Worklist | Earlier) -> bool:
    """Say whether no more than one case can be meant."""
    return isinstance(question, Worklist) and question.number is not None


def _are_few(question: Worklist | Earlier) -> bool:
    """Say whether what is asked for is so little that it is found whole, whoever asks."""
    if isinstance(question, Earlier):
        return True
    particular = (question.number, question.subject, question.source_id, question.merged_into)
    return any(one is not None for one in particular)


def _restrict_persons(
    wanted: Filter, question: Worklist | Earlier, sight: Sight, record: Record
) -> None:
    """
    Let nobody look for a person's cases who may not know whose they are.

    Raises:
        RoleRefusedError: If their role may not.
    """
    if isinstance(question, Worklist) and question.subject is None:
        return
    own = sight.actor.id if sight.actor is not None else None
    if question.subject is not None and question.subject == own:
        return
    case = _case_of(question, record)
    if case is not None and own is not None and case.subject == own:
        return
    if not sight.joins_cases:
        message = "whose cases they are is not for this role; ask without the person"
        raise RoleRefusedError(message, roles=())
    if case is not None and not sight.knows_subject(Standing.of(case), listed=True):
        wanted.add(NOTHING)
    if sight.joined_below is not None:
        wanted.add("confidentiality < :joined_below", joined_below=sight.joined_below)


def _restrict_doors(wanted: Filter, question: Worklist | Earlier, sight: Sight) -> None:
    """Let nobody find by a house the cases of which they are not told the house."""
    if isinstance(question, Earlier) or sight.sought_below is None or sight.actor is None:
        return
    sought = plain(f"{question.title or ''} {question.place or ''}")
    if any(char.isdecimal() for char in sought) or HOUSE.search(sought):
        wanted.add(
            "(confidentiality < :sought_below OR subject = :seeker)",
            sought_below=sight.sought_below, seeker=sight.actor.id,
        )  # fmt: skip


def _case_of(question: Worklist | Earlier, record: Record) -> Case | None:
    if isinstance(question, Earlier) and question.case_id is not None:
        return record.case(question.case_id)
    return None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f":{name}" for name in names)

"""Everything that a face may read for somebody: what they may not see is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast
from uuid import UUID

from zhili.access import SeenCase, SeenField, Sight
from zhili.access.family import seen_family
from zhili.access.history import seen_timeline
from zhili.access.lists import SeenPage, not_there
from zhili.access.view import seen_case
from zhili.aggregates.allowed import AllowedStep, HeldBack, allowed, held_back
from zhili.errors import RoleRefusedError
from zhili.projections.clock_of import ClockOf
from zhili.projections.links import Links
from zhili.projections.public_wall import is_public
from zhili.projections.readers import Readers
from zhili.projections.timeline import Timeline
from zhili.projections.worklist import Worklist
from zhili.values import Actor

if TYPE_CHECKING:
    from zhili.aggregates import Case
    from zhili.engine import Engine
    from zhili.projections.clock_of import ClockAnswer
    from zhili.projections.links import LinksAnswer
    from zhili.projections.listing import CasePage
    from zhili.projections.question import Answer, Question
    from zhili.projections.readers import ReadersAnswer
    from zhili.projections.summonses import Summonses, SummonsPage
    from zhili.projections.timeline import TimelineAnswer
    from zhili.projections.worklist import Earlier

__all__ = ["Eyes"]


class Eyes:
    """
    What somebody sees through a face; None is anybody.

    Of a case that they may not see they are told, in every method, that there is none
    (CaseNotFoundError). One is made for each request: it sees by the policy of that moment.
    """

    def __init__(self, engine: Engine, actor: Actor | None) -> None:
        """Look at what *engine* has recorded for *actor*, as the host has authenticated them."""
        self.engine = engine
        self.actor = actor
        engine.book.refresh()
        self.sight = Sight(actor, engine.book.current(), engine.now(), engine.zone)

    @property
    def staff(self) -> bool:
        """Whether they see cases of others by their office."""
        return self.sight.staff

    def may_ask_figures(self) -> bool:
        """Say whether they may ask for figures."""
        return self.sight.asks_figures

    def figure(self, question: Question) -> Answer:
        """
        Give a figure; of their own unit only, if they may have no others.

        Raises:
            RoleRefusedError: If these figures are not for them.
            InputError: As the question itself.
        """
        return cast("Answer", self.engine.ask(self.sight.figure(question)))

    def may_see_readers(self) -> bool:
        """Say whether they may ask who has read what."""
        return self.sight.view.access_log

    def case(self, case_id: UUID) -> SeenCase:
        """
        Give a case as they see it.

        Raises:
            CaseNotFoundError: If there is none, or none that they may see.
        """
        case = self._seen(case_id)
        rows = cast("CasePage", self.engine.ask(Worklist(number=case.number))).items
        if not rows:  # it has no number in the register, as only tampering makes it
            raise not_there(case_id)
        return seen_case(rows[0], case, self.engine.history(case_id), self.sight)

    def timeline(self, case_id: UUID) -> TimelineAnswer:
        """Give what happened to a case, as far as they are told; CaseNotFoundError as above."""
        case = self._seen(case_id)
        answer = cast("TimelineAnswer", self.engine.ask(Timeline(case_id)))
        return seen_timeline(answer, self.engine.history(case_id), case, self.sight)

    def clocks(self, case_id: UUID) -> tuple[ClockAnswer, ...]:
        """Give every clock of a case that has ever run; CaseNotFoundError as above."""
        case = self._seen(case_id)
        return tuple(self.engine.ask(ClockOf(case_id, clock.name)) for clock in case.clocks)

    def family(self, case_id: UUID) -> LinksAnswer:
        """Give the cases of the same matter that they may see; CaseNotFoundError as above."""
        self._seen(case_id)
        answer = cast("LinksAnswer", self.engine.ask(Links(case_id)))
        members = self.engine.several([each.case_id for each in answer.members])
        return seen_family(answer, members, self.sight)

    def page(self, question: Worklist | Earlier) -> CasePage:
        """
        Give a page of the cases that they may list.

        Raises:
            RoleRefusedError: If they may not look for the cases of one person.
            CaseNotFoundError: If they may not see the case whose subject is meant.
            InputError: As the question itself.
        """
        return cast("CasePage", self.engine.ask(SeenPage(question=question, by=self.actor)))

    def allowed(self, case_id: UUID) -> tuple[AllowedStep, ...]:
        """
        Give what they may do with a case now, or with an item that hangs on the public wall.

        Raises:
            CaseNotFoundError: If they may not know of it.
        """
        case = self._known(case_id)
        if self.actor is None:
            return ()
        return allowed(case, self.actor, self.engine.book.current(), self.engine.now())

    def held_back(self, case_id: UUID) -> tuple[HeldBack, ...]:
        """Give what they could do if the case stood otherwise; CaseNotFoundError as above."""
        case = self._known(case_id)
        if self.actor is None:
            return ()
        return held_back(case, self.actor, self.engine.book.current(), self.engine.now())

    def read(self, case_id: UUID, fields: Sequence[str], purpose: str) -> tuple[SeenField, ...]:
        """
        Give personal fields unmasked, once it is recorded that they were read and what for (C46).

        Args:
            case_id: The case.

            fields: Their names, or `name@version` for one of several.

            purpose: What it is for, in a line.

        Raises:
            InputError: If no purpose is given, or there is no such field.
            RoleRefusedError: If they may not read one of them.
        """
        if self.actor is None:
            raise not_there(case_id)
        return self.engine.read_personal(case_id, fields=fields, by=self.actor, purpose=purpose)

    def readers(self, case_id: UUID) -> ReadersAnswer:
        """
        Give who has read personal data of a case.

        Raises:
            RoleRefusedError: If the access log is not theirs to read.
        """
        self._seen(case_id)
        if not self.may_see_readers():
            raise RoleRefusedError("who has read a case is for the inspector to see", roles=())
        return cast("ReadersAnswer", self.engine.ask(Readers(case_id=case_id)))

    def summonses(self, question: Summonses) -> SummonsPage:
        """
        Give a page of the summonses of units that they answer for: their own, unless they see more.

        Raises:
            RoleRefusedError: If the unit that is asked for is not theirs to look at.
            InputError: As the question itself.
        """
        unit = question.unit or (self.actor.unit if self.actor else None)
        if not self.sight.answers_for(question.unit or unit):
            message = "these summonses are another unit's; leave the unit out, or name your own"
            raise RoleRefusedError(message, roles=())
        asked = question if self.sight.view.scope == "all" else question.narrowed(unit)
        return cast("SummonsPage", self.engine.ask(asked))

    def insist(self, case_id: UUID, case_type: str) -> None:
        """
        Insist that they may know of a case of this type, before a command comes near it.

        What hangs on the public wall everybody may know of: residents vote there, units claim.

        Raises:
            CaseNotFoundError: If there is none.
        """
        if self._known(case_id).workflow.name != case_type:
            raise not_there(case_id)

    def _known(self, case_id: UUID) -> Case:
        case = self.engine.case(case_id)
        if not (self.sight.sees(case) or is_public(case)):
            raise not_there(case_id)
        return case

    def _seen(self, case_id: UUID) -> Case:
        case = self.engine.case(case_id)
        if not self.sight.sees(case):
            raise not_there(case_id)
        return case

"""The ordinary course of a problem: on the wall, taken on, worked on, echoed, voted on, off it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from zhili.aggregates import WallItem
from zhili.commands import wall
from zhili.demo import people
from zhili.demo.district import VILLAGE, street_of
from zhili.demo.life import Course, Life, Stage
from zhili.demo.wall_matter import WallMatter, wall_matter_of

if TYPE_CHECKING:
    from zhili.values import Actor

__all__ = ["WallLife", "course"]

CLEAR: Final[dict[str, Any]] = dict.fromkeys(("privacy", "libel", "legality", "duplicate"), "clear")
CHANNELS: Final = ("walk_in", "home_visit", "mini_program", "letter_box", "meeting")


class WallLife(Life[WallItem]):
    """A problem of a village, whose it is, and how well it goes."""

    def __init__(self, stage: Stage, name: str, village: str = VILLAGE) -> None:
        """Begin it in *village*, which keeps a wall."""
        super().__init__(stage, name)
        self.village = village
        self.matter: WallMatter = wall_matter_of(self.chance)
        self.poster = self.new_subject()
        self.owner: Actor | None = None
        self.unhappy = 0.12
        self.days_promised = self.chance.choice((7, 10, 14, 20))
        self.days_needed = round(self.days_promised * self.chance.uniform(0.2, 0.75))
        self.reports = 1
        self.votes_wanted = self.chance.randint(3, 7)

    @property
    def keeper(self) -> Actor:
        """Who keeps the wall."""
        return people.keeper(self.village)

    @property
    def town(self) -> str:
        """The town in which the village lies."""
        return street_of(self.village)

    @property
    def round(self) -> int:
        """Which time it is on the wall."""
        return self.case.round

    def collect(self, by: Actor | None = None, **fields: Any) -> None:
        """Let somebody bring the problem to the wall, or the keeper write it down for them."""
        said: dict[str, Any] = {
            "text": self.matter.words,
            "category": self.matter.category,
            "village": self.village,
            "channel": self.chance.choice(CHANNELS),
            "keeper": self.village,
        }
        if not fields.get("anonymous"):
            said.update(subject=self.poster, **self.somebody())
        said.update(fields)
        self.do(wall.Collect, by or self.keeper, **said)

    def screen(self, **concerns: Any) -> None:
        """Let the keeper look at it."""
        self.do(wall.Screen, self.keeper, **{**CLEAR, **concerns})

    def post(self, **fields: Any) -> None:
        """Put it on the wall."""
        matter = self.matter
        told: dict[str, Any] = {"title": matter.title, "public_text": matter.public_text}
        self.do(wall.Post, self.keeper, **{**told, **fields})

    def claim(self) -> None:
        """Let whoever takes such things on take this one on."""
        match self.matter.owner:
            case "member":
                self.owner = people.party_member(f"member-{self.chance.randrange(40):02d}")
            case "volunteer":
                self.owner = people.volunteer(f"volunteer-{self.chance.randrange(40):02d}")
            case "town":
                self.owner = people.operator(self.town)
            case _:
                self.owner = people.operator(self.village)
        self.do(wall.Claim, self.owner)

    @property
    def doer(self) -> Actor:
        """Who owns it and does the work."""
        return self.owner or people.operator(self.unit)

    def plan(self, days: int | None = None) -> None:
        """Promise a day."""
        promised = self.today + timedelta(days=days or self.days_promised)
        self.do(
            wall.SetPlan,
            self.doer,
            measures=self.matter.measures,
            promised_on=promised,
            next_report_on=self.today + timedelta(days=10),
        )

    def vote(self, vote: str) -> None:
        """Let somebody of the village vote."""
        voters = {part.id.rpartition("/")[2] for part in self.case.parts}
        voter = next(
            subject
            for subject in (f"resident-{self.chance.randrange(10**4):04d}" for _ in range(100))
            if subject not in voters
        )
        self.do(wall.EvaluateEcho, people.resident(voter), vote=vote)


def course(life: WallLife, until: str = "") -> Course:
    """Let the problem go its way until it rests, or until it stands in the state *until*."""
    while (state := life.state) in DESKS and state != until:
        yield _patience(life)
        # The clocks may have moved it while it waited.
        if life.state in DESKS and life.state != until:
            DESKS[life.state](life)


HOURS: Final = {
    "collected": 6.0,
    "screened": 5.0,
    "posted": 14.0,
    "claimed": 20.0,
    "assigned": 8.0,
    "planned": 18.0,
    "resolved": 9.0,
    "unresolvable": 9.0,
    "evaluated": 12.0,
}
"""How many hours somebody lets a problem lie, as a median."""


def _patience(life: WallLife) -> timedelta:
    match life.state:
        case "in_progress":
            days = life.days_needed / (life.reports + 1)
            return life.at_work(timedelta(days=max(0.2, days)))
        case "echoed":
            return life.span(20)
        case "transferred":
            return life.tomorrow()
        case "evaluated" if life.case.outcome == "explained":
            return life.past_due("review") or life.tomorrow()
        case state:
            return life.at_work(life.span(HOURS[state]))


def _screen(life: WallLife) -> None:
    life.screen()


def _post(life: WallLife) -> None:
    life.post()


def _claim(life: WallLife) -> None:
    life.claim()


def _plan(life: WallLife) -> None:
    life.plan()


def _start(life: WallLife) -> None:
    life.do(wall.StartWork, life.doer)


def _work(life: WallLife) -> None:
    told = sum(report.round == life.round for report in life.case.reports)
    if told < life.reports:
        life.do(
            wall.PostProgress,
            life.doer,
            note="已按计划推进, 正在收尾。",
            next_report_on=life.today + timedelta(days=14),
        )
    else:
        life.do(wall.DeclareResolved, life.doer, result=life.matter.result, evidence="照片已存档。")


def _echo(life: WallLife) -> None:
    text = life.matter.echo if life.state == "resolved" else "已说明原因和到期再议的时间。"
    life.do(wall.PostEcho, life.keeper, text=text)


def _vote(life: WallLife) -> None:
    if sum(life.case.votes().values()) >= life.votes_wanted:
        return  # the window closes by itself
    if life.happens(life.unhappy):
        life.vote("dissatisfied")
    else:
        life.vote("satisfied" if life.happens(0.7) else "basically_satisfied")


def _conclude(life: WallLife) -> None:
    case = life.case
    votes = case.votes()
    if case.outcome == "explained":
        review = case.clock("review")
        if review is not None and review.due_at is not None and review.due_at <= life.now:
            _repost(life, "review", "到期再议: 条件已具备。")
    elif votes["dissatisfied"] * 2 > sum(votes.values()) >= VOTES_MIN:
        _repost(life, "dissatisfied", "群众评议不满意, 再次上墙。")
    else:
        life.do(wall.TakeOff, life.keeper)


VOTES_MIN: Final = 3


def _repost(life: WallLife, ground: str, reason: str) -> None:
    life.do(wall.Repost, life.keeper, ground=ground, reason=reason)
    life.owner, life.unhappy = None, 0.05


def _wait(life: WallLife) -> None:
    """Leave it to the case that it became."""


DESKS: Final[dict[str, Callable[[WallLife], None]]] = {
    "collected": _screen,
    "screened": _post,
    "posted": _claim,
    "claimed": _plan,
    "assigned": _plan,
    "planned": _start,
    "in_progress": _work,
    "resolved": _echo,
    "unresolvable": _echo,
    "echoed": _vote,
    "evaluated": _conclude,
    "transferred": _wait,
}
"""Who does what with a problem that stands there."""

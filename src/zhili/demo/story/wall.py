"""Stories of the wall: refused, merged, broken and changed promises, posted again, handed over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from zhili.commands import wall, whistle
from zhili.demo import people
from zhili.demo.complaint_course import course as complaint_course
from zhili.demo.complaint_life import ComplaintLife
from zhili.demo.district import WALLED_COMMUNITY
from zhili.demo.life import Course
from zhili.demo.wall_course import WallLife, course
from zhili.demo.wall_matter import wall_matter_of
from zhili.demo.whistle_course import WhistleLife
from zhili.demo.whistle_course import course as whistle_course

__all__ = [
    "assigned", "assigned_at_once", "became_a_complaint", "became_a_whistle", "came_back",
    "explained", "forgotten", "in_the_community", "mediated", "merged", "not_explained",
    "promised_anew", "promised_in_vain", "refused", "screened_twice", "told_anonymously",
    "told_in_person", "vain_whistle", "voted_down",
]  # fmt: skip


def in_the_community(life: WallLife) -> Course:
    """Keep a wall in a community of the town too."""
    life.village = WALLED_COMMUNITY
    life.collect()
    yield from course(life)


def told_in_person(life: WallLife) -> Course:
    """Let a resident write it on the wall themselves, and a department take it on."""
    life.matter = wall_matter_of(life.chance, "unit")
    life.collect(people.resident(life.poster), name=None, phone=None, channel="mini_program")
    yield from course(life)


def told_anonymously(life: WallLife) -> Course:
    """Let somebody stay unknown; nobody can be told, and everybody can read."""
    life.collect(people.grid_worker(life.village), anonymous=True, channel="letter_box")
    yield from course(life)


def refused(life: WallLife) -> Course:
    """Keep a quarrel of two families off the wall, and say so."""
    life.collect(text="隔壁家欠我钱不还, 要求曝光。")
    yield timedelta(hours=5)
    life.screen(privacy="concern", libel="concern")
    yield timedelta(hours=2)
    life.do(
        wall.RefusePosting,
        life.keeper,
        reason=life.chance.choice(("private", "libel", "not_public")),
        explanation="属邻里债务纠纷, 建议到调解室。",
        poster_told=True,
    )


def forgotten(life: WallLife) -> Course:
    """Let a problem lie for a fortnight before anybody looks at it: marked by the clock."""
    life.collect()
    yield timedelta(days=14)
    yield from course(life)


def screened_twice(life: WallLife) -> Course:
    """Look again when there is doubt, and post it in words that name nobody."""
    life.collect()
    yield timedelta(hours=4)
    life.screen(duplicate="concern")
    yield timedelta(hours=4)
    life.screen(privacy="concern")
    yield from course(life)


def merged(life: WallLife) -> Course:
    """Let a neighbour bring the same: one supporter more, who hears the echo too."""
    life.collect()
    yield from course(life, "in_progress")
    again = WallLife(life.stage, f"{life.name}:again", life.village)
    again.matter = life.matter
    again.collect()
    yield timedelta(hours=3)
    again.screen(duplicate="concern")
    yield timedelta(hours=1)
    again.do(wall.Merge, again.keeper, main=life.case_id, reason="与已上墙问题为同一事项。")
    yield from course(life)


def assigned(life: WallLife) -> Course:
    """Let nobody claim it for two days, so that the town assigns it."""
    life.collect()
    yield from course(life, "posted")
    yield life.past_due("claim") or timedelta()
    yield life.at_work(timedelta(hours=2))
    life.do(wall.Assign, people.town_office(life.town), unit=life.town)
    yield from course(life)


def assigned_at_once(life: WallLife) -> Course:
    """Let the keeper give an urgent thing to the village at once."""
    life.collect()
    yield timedelta(hours=2)
    life.screen()
    yield timedelta(hours=1)
    life.post(urgent=True)
    yield timedelta(hours=1)
    life.do(wall.Assign, life.keeper, unit=life.village)
    yield from course(life)


def promised_anew(life: WallLife) -> Course:
    """Change a promise before it is broken: the old day stays for everybody to see."""
    life.days_promised, life.days_needed = 16, 24
    life.collect()
    yield from course(life, "in_progress")
    yield life.at_work(timedelta(days=2))
    life.do(
        wall.ChangePromise,
        life.doer,
        promised_on=life.case.promises[-1].on + timedelta(days=7),
        reason="配件到货推迟一周。",
    )
    yield from course(life)


def promised_in_vain(life: WallLife) -> Course:
    """Break a promise, and miss a report: it shows by itself."""
    life.days_promised, life.days_needed = 7, 44
    life.collect()
    yield from course(life)


def _declare(life: WallLife, review_days: int) -> None:
    life.do(
        wall.DeclareUnresolvable,
        life.doer,
        reason="道路拓宽涉及下一年度资金安排。",
        basis="年度建设计划已批复。",
        instead="先行设置错车平台和提示牌。",
        review_on=life.today + timedelta(days=review_days),
    )


def explained(life: WallLife) -> Course:
    """Explain what cannot be done now; on the day of the review it is on the wall again."""
    life.matter = wall_matter_of(life.chance, "town")
    life.collect()
    yield from course(life, "in_progress")
    yield life.at_work(timedelta(days=2))
    _declare(life, 21)
    yield life.at_work(timedelta(days=1))
    life.do(wall.ConfirmUnresolvable, people.town_office(life.town))
    yield from course(life)


def not_explained(life: WallLife) -> Course:
    """Let the town say that it can be done after all."""
    life.matter = wall_matter_of(life.chance, "member")
    life.collect()
    yield from course(life, "planned")
    yield timedelta(hours=30)
    _declare(life, 60)
    yield life.at_work(timedelta(days=1))
    by = people.town_office(life.town)
    life.do(wall.RejectUnresolvable, by, reason="资金可由村集体经济列支, 请继续办理。")
    yield from course(life)


def voted_down(life: WallLife) -> Course:
    """Let most be dissatisfied, so that it cannot come off the wall."""
    life.unhappy, life.votes_wanted = 0.9, 5
    life.collect()
    yield from course(life)


def came_back(life: WallLife) -> Course:
    """Let what was solved come back after it was taken off."""
    life.collect()
    yield from course(life)
    if life.state != "off_wall":
        return  # it went another way
    yield timedelta(days=6)
    life.do(wall.Repost, life.keeper, ground="recurrence", reason="问题反弹, 再次上墙。")
    life.owner = None
    yield from course(life)


def _transfer(life: WallLife, target_type: str, **fields: Any) -> None:
    reason = "超出村级职责范围, 转交办理。"
    life.do(wall.Transfer, life.keeper, target_type=target_type, reason=reason, **fields)


def became_a_complaint(life: WallLife) -> Course:
    """Hand it over to the hotline; the end of the complaint brings the echo."""
    life.matter = wall_matter_of(life.chance, "town")
    life.collect()
    yield from course(life, "posted")
    yield timedelta(hours=3)
    appeal = ComplaintLife(life.stage, f"{life.name}:complaint", case_id=life.new_id())
    _transfer(life, "complaint", target=appeal.case_id)
    appeal.take_over(life.town, life.village)
    life.stage.begin(complaint_course(appeal))
    yield from course(life)


def mediated(life: WallLife) -> Course:
    """Hand it over to the mediators, who keep no case here: the keeper tells what came of it."""
    life.matter = wall_matter_of(life.chance, "volunteer")
    life.collect()
    yield from course(life, "posted")
    yield timedelta(hours=3)
    target = life.new_id()
    _transfer(life, "mediation", target=target)
    yield life.at_work(timedelta(days=6))
    life.do(
        wall.ConcludeTransfer,
        life.keeper,
        target=target,
        outcome="solved",
        text="经人民调解委员会调解, 各方已达成一致。",
    )
    yield from course(life)


def _becomes_a_whistle(life: WallLife) -> tuple[WhistleLife, Course]:
    blown = WhistleLife(life.stage, f"{life.name}:whistle", life.new_id())
    matter = blown.matter
    _transfer(life, "whistle", target=blown.case_id, whistle_kind="ENFORCEMENT", units=matter.units)
    return blown, whistle_course(blown)


def became_a_whistle(life: WallLife) -> Course:
    """Let the town blow a whistle for it; the end of the whistle brings the echo."""
    life.collect()
    yield from course(life, "posted")
    yield timedelta(hours=3)
    _, goes = _becomes_a_whistle(life)
    life.stage.begin(goes)
    yield from course(life)


def vain_whistle(life: WallLife) -> Course:
    """Let the whistle for it be cancelled: the echo says so."""
    life.collect()
    yield from course(life, "claimed")
    yield timedelta(hours=3)
    blown, _ = _becomes_a_whistle(life)
    yield from whistle_course(blown, "submitted")
    yield timedelta(hours=2)
    by = people.street_officer(blown.officer)
    blown.do(whistle.Cancel, by, reason="已由村内协商解决, 无需吹哨。")
    yield from course(life)

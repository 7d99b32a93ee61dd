"""
How an item of the problem wall moves (问题墙 + 回音壁): the table, its clocks, its words.

Rows P1–P21 of the rulebook (§5.2). Where the wall does not say so itself: what is declared
unsolvable stays on the wall until its review date has come, so it is closed only when it was solved
and taken off; what comes back after it was taken off is reposted while it is not archived yet.
"""

from zhili.workflows.clock import Clock
from zhili.workflows.role import (
    COMMUNITY,
    COMPLAINANT,
    GRID_WORKER,
    PARTY_MEMBER,
    RESIDENT,
    SYSTEM,
    TOWN_OFFICE,
    UNIT_LEADER,
    UNIT_OPERATOR,
    VOLUNTEER,
    WALL_KEEPER,
)
from zhili.workflows.workflow import STAY, Label, Step, Workflow

__all__ = ["VOTING", "WALL"]

COLLECTED, SCREENED, NOT_POSTED, MERGED = "collected", "screened", "not_posted", "merged"
POSTED, CLAIMED, ASSIGNED, PLANNED = "posted", "claimed", "assigned", "planned"
IN_PROGRESS, RESOLVED, UNRESOLVABLE = "in_progress", "resolved", "unresolvable"
ECHOED, EVALUATED, OFF_WALL, ARCHIVED = "echoed", "evaluated", "off_wall", "archived"
TRANSFERRED = "transferred"

BEFORE_POSTING = frozenset({COLLECTED, SCREENED})
WORKING = frozenset({POSTED, CLAIMED, ASSIGNED, PLANNED, IN_PROGRESS})
DECLARED = frozenset({RESOLVED, UNRESOLVABLE})
ON_THE_WALL = WORKING | DECLARED | {TRANSFERRED, ECHOED, EVALUATED}
OPEN = BEFORE_POSTING | ON_THE_WALL
ENDED = frozenset({NOT_POSTED, MERGED, OFF_WALL, ARCHIVED})

RESIDENTS = frozenset({RESIDENT, COMPLAINANT})
COLLECTORS = RESIDENTS | {GRID_WORKER, COMMUNITY, WALL_KEEPER}
PERSONS = frozenset({PARTY_MEMBER, VOLUNTEER})
UNIT = frozenset({UNIT_OPERATOR, UNIT_LEADER})
OWNERS = PERSONS | UNIT | {COMMUNITY}
PUBLISHED = ("names_nobody", "tells_no_number_of_a_person", "tells_no_house", "is_not_the_posters_words")

SATISFIED, BASICALLY_SATISFIED, DISSATISFIED = "satisfied", "basically_satisfied", "dissatisfied"

VOTING = Workflow(
    name="vote",
    steps=(
        Step("evaluate_echo", None, "EchoEvaluated", SATISFIED,           RESIDENTS, "says_satisfied",           "P15"),
        Step("evaluate_echo", None, "EchoEvaluated", BASICALLY_SATISFIED, RESIDENTS, "says_basically_satisfied", "P15"),
        Step("evaluate_echo", None, "EchoEvaluated", DISSATISFIED,        RESIDENTS, "says_dissatisfied",        "P15"),
    ),
    states={
        SATISFIED:           Label("Satisfied", "满意"),
        BASICALLY_SATISFIED: Label("Basically satisfied", "基本满意"),
        DISSATISFIED:        Label("Dissatisfied", "不满意"),
    },
)  # fmt: skip

STEPS = (
    #    command                from                      records                 to            by whom                     only if
    # — before the wall —
    Step("collect",             None,                     "Collected",            COLLECTED,    COLLECTORS,                 ("category_is_listed", "channel_is_listed", "posters_speak_for_themselves", "contact_or_anonymous", "village_exists", "keeper_exists"), "P1"),
    Step("screen",              BEFORE_POSTING,           "Screened",             SCREENED,     WALL_KEEPER,                "actor_keeps_this_wall", "P2"),
    Step("refuse_posting",      SCREENED,                 "PostingRefused",       NOT_POSTED,   WALL_KEEPER,                ("actor_keeps_this_wall", "reason_is_listed", "poster_was_told"), "P3"),
    Step("merge",               SCREENED,                 "Merged",               MERGED,       WALL_KEEPER,                ("actor_keeps_this_wall", "duplicate_was_found", "main_item_is_another"), "P4"),
    Step("add_supporter",       ON_THE_WALL,              "SupporterAdded",       STAY,         SYSTEM,                     ("follows_from_an_event", "same_village_and_category", "not_supported_by_it_yet"), "P4"),
    Step("hear_echo",           MERGED,                   "EchoHeard",            STAY,         SYSTEM,                     ("follows_from_an_event", "main_item_is_the_one"), "P4"),
    Step("post",                SCREENED,                 "Posted",               POSTED,       WALL_KEEPER,                ("actor_keeps_this_wall", "screening_allows_it", *PUBLISHED), "P5"),
    # — who does it, what, and until when —
    Step("claim",               POSTED,                   "Claimed",              CLAIMED,      UNIT,                       ("claims_for_its_unit", "unit_exists", "unit_is_competent"), "P6"),
    Step("claim",               POSTED,                   "Claimed",              CLAIMED,      PERSONS,                    ("claims_for_oneself", "person_may_take_it"), "P6"),
    Step("assign",              POSTED,                   "Assigned",             ASSIGNED,     {WALL_KEEPER, TOWN_OFFICE}, ("keeper_or_town_of_this_wall", "nobody_claimed_in_time_or_urgent", "unit_exists", "unit_is_competent"), "P7"),
    Step("set_plan",            {CLAIMED, ASSIGNED},      "PlanSet",              PLANNED,      OWNERS,                     ("actor_owns_it", "promised_from_today_on", "reports_within_the_interval", *PUBLISHED), "P8"),
    Step("start_work",          PLANNED,                  "WorkStarted",          IN_PROGRESS,  OWNERS,                     "actor_owns_it", "P9"),
    Step("post_progress",       IN_PROGRESS,              "ProgressPosted",       STAY,         OWNERS,                     ("actor_owns_it", "reports_within_the_interval", *PUBLISHED), "P10"),
    Step("change_promise",      {PLANNED, IN_PROGRESS},   "PromiseChanged",       STAY,         OWNERS,                     ("actor_owns_it", "before_the_promised_date", "promises_another_date", "promised_from_today_on", *PUBLISHED), "P11"),
    Step("declare_resolved",    IN_PROGRESS,              "Resolved",             RESOLVED,     OWNERS,                     ("actor_owns_it", "there_is_evidence", *PUBLISHED), "P12"),
    Step("declare_unresolvable", {PLANNED, IN_PROGRESS},  "UnresolvableDeclared", STAY,         OWNERS,                     ("actor_owns_it", "no_declaration_pending", "reviewed_on_a_later_day", *PUBLISHED), "P13"),
    Step("confirm_unresolvable", {PLANNED, IN_PROGRESS},  "Explained",            UNRESOLVABLE, TOWN_OFFICE,                ("town_of_this_wall", "declaration_is_pending", "two_persons", "review_lies_ahead"), "P13"),
    Step("reject_unresolvable", {PLANNED, IN_PROGRESS},   "UnresolvableRejected", STAY,         TOWN_OFFICE,                ("town_of_this_wall", "declaration_is_pending"), "P13"),
    # — the echo, and what people think of it —
    Step("post_echo",           DECLARED,                 "EchoPosted",           ECHOED,       WALL_KEEPER,                ("actor_keeps_this_wall", *PUBLISHED), "P14"),
    Step("evaluate_echo",       ECHOED,                   "EchoEvaluated",        STAY,         RESIDENTS,                  ("votes_in_this_round", "may_vote_here", "not_on_their_own_work", "within_the_vote_window"), "P15"),
    Step("close_evaluation",    ECHOED,                   "EvaluationClosed",     EVALUATED,    SYSTEM,                     "vote_window_is_over", "P16"),
    Step("take_off",            EVALUATED,                "TakenOff",             OFF_WALL,     WALL_KEEPER,                ("actor_keeps_this_wall", "is_resolved", "majority_is_not_dissatisfied"), "P17"),
    Step("repost",              {EVALUATED, OFF_WALL},    "Reposted",             POSTED,       WALL_KEEPER,                ("actor_keeps_this_wall", "ground_is_borne_out", *PUBLISHED), "P18"),
    # — to another kind of case, and back —
    Step("transfer",            WORKING,                  "Transferred",          TRANSFERRED,  WALL_KEEPER,                ("actor_keeps_this_wall", "target_is_another_case", "whistle_has_a_kind_and_units", *PUBLISHED), "P19"),
    Step("conclude_transfer",   TRANSFERRED,              "TransferConcluded",    ECHOED,       SYSTEM,                     ("follows_from_an_event", "target_is_the_one", "tells_the_end_in_set_words"), "P20"),
    Step("conclude_transfer",   TRANSFERRED,              "TransferConcluded",    ECHOED,       WALL_KEEPER,                ("actor_keeps_this_wall", "target_is_kept_elsewhere", "target_is_the_one", *PUBLISHED), "P20"),
    # — what the clocks demand —
    Step("archive",             OFF_WALL,                 "Archived",             ARCHIVED,     SYSTEM,                     "archive_day_has_come", "P21"),
    Step("mark_overdue",        OPEN,                     "ClockExpired",         STAY,         SYSTEM,                     "clock_is_due", "§5.2"),
    Step("recalculate_deadline", OPEN | {OFF_WALL},       "DeadlineRecalculated", STAY,         SYSTEM,                     "deadline_was_provisional", "§13-3"),
)  # fmt: skip

NEVER: frozenset[str] = frozenset()
OWNED = frozenset({CLAIMED, ASSIGNED})
GONE = DECLARED | {TRANSFERRED}
MOVED = frozenset({"DeadlineRecalculated"})
CONCLUDED = frozenset({"TransferConcluded"})

CLOCKS = (
    #     name          starts                      restarts                                  stops                                pauses  moves
    Clock("post",       frozenset({"Collected"}),   NEVER,                                    frozenset({POSTED}),                 (),     MOVED, fires="mark_overdue"),
    Clock("claim",      NEVER,                      frozenset({"Posted", "Reposted"}),        OWNED | {TRANSFERRED},               (),     MOVED, fires="mark_overdue"),
    Clock("promise",    NEVER,                      frozenset({"PlanSet"}),                   GONE,                                (),     frozenset({"PromiseChanged"}), fires="mark_overdue"),
    Clock("progress",   NEVER,                      frozenset({"PlanSet", "ProgressPosted"}), GONE,                                (),     fires="mark_overdue"),
    Clock("echo",       NEVER,                      frozenset({"Resolved", "Explained"}),     frozenset({ECHOED}),                 (),     MOVED, fires="mark_overdue"),
    Clock("vote",       NEVER,                      CONCLUDED | {"EchoPosted"},               frozenset({EVALUATED}),              (),     MOVED, fires="close_evaluation"),
    Clock("review",     NEVER,                      CONCLUDED | {"Explained"},                frozenset({POSTED}),                 (),     MOVED, fires="mark_overdue"),
    Clock("take_down",  NEVER,                      frozenset({"EvaluationClosed"}),          frozenset({POSTED}),                 (),     MOVED, fires="mark_overdue"),
    Clock("archive",    NEVER,                      frozenset({"TakenOff"}),                  frozenset({POSTED, ARCHIVED}),       (),     MOVED, fires="archive"),
)  # fmt: skip

STATES = {
    COLLECTED:    Label("Collected", "已收集"),
    SCREENED:     Label("Screened", "已研判"),
    NOT_POSTED:   Label("Not posted, told why", "不上墙(已说明)"),
    MERGED:       Label("Merged into another item", "已合并"),
    POSTED:       Label("On the wall", "已上墙"),
    CLAIMED:      Label("Claimed", "已认领"),
    ASSIGNED:     Label("Assigned", "已交办"),
    PLANNED:      Label("Planned, with a promised date", "已定措施时限"),
    IN_PROGRESS:  Label("In progress", "办理中"),
    RESOLVED:     Label("Resolved", "已解决"),
    UNRESOLVABLE: Label("Cannot be resolved for now", "暂不能解决"),
    ECHOED:       Label("On the echo wall", "已回音"),
    EVALUATED:    Label("Evaluated", "已评议"),
    OFF_WALL:     Label("Off the wall", "下墙销号"),
    ARCHIVED:     Label("Archived", "已归档"),
    TRANSFERRED:  Label("Transferred", "已转办"),
}  # fmt: skip

LABELS = {
    "collect":              Label("Collect", "收集问题"),
    "screen":               Label("Screen", "研判"),
    "refuse_posting":       Label("Refuse to post", "不上墙"),
    "merge":                Label("Merge into another item", "合并"),
    "add_supporter":        Label("Add a supporter", "增加附议人"),
    "hear_echo":            Label("Hear the main item's echo", "随主项回音"),
    "post":                 Label("Post on the wall", "上墙"),
    "claim":                Label("Claim", "认领"),
    "assign":               Label("Assign", "交办"),
    "set_plan":             Label("Set measures and a promised date", "定措施定时限"),
    "start_work":           Label("Start work", "开始办理"),
    "post_progress":        Label("Post progress", "公布进展"),
    "change_promise":       Label("Change the promised date", "变更承诺时限"),
    "declare_resolved":     Label("Declare resolved", "申报已解决"),
    "declare_unresolvable": Label("Declare unresolvable for now", "申报暂不能解决"),
    "confirm_unresolvable": Label("Confirm that it cannot be resolved for now", "确认暂不能解决"),
    "reject_unresolvable":  Label("Reject that it cannot be resolved", "不予确认"),
    "post_echo":            Label("Post the echo", "上回音壁"),
    "evaluate_echo":        Label("Vote on the echo", "群众评议"),
    "close_evaluation":     Label("Close the evaluation", "结束评议"),
    "take_off":             Label("Take off the wall", "下墙销号"),
    "repost":               Label("Post again", "再上墙"),
    "transfer":             Label("Transfer", "转办"),
    "conclude_transfer":    Label("Return from the transfer", "转办结果回音"),
    "archive":              Label("Archive", "归档"),
    "mark_overdue":         Label("Mark overdue", "标记超期"),
    "recalculate_deadline": Label("Recalculate the deadline", "重算期限"),
}  # fmt: skip

WALL = Workflow(
    name="wall",
    steps=STEPS,
    states=STATES,
    ended=ENDED,
    closed=frozenset({OFF_WALL}),
    left_out=frozenset({NOT_POSTED, MERGED}),
    clocks=CLOCKS,
    parts={"vote": VOTING},
    labels=LABELS,
)

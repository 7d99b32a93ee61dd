"""
How a whistle-call moves (街乡吹哨、部门报到): the table, its clocks, its words.

Rows W1–W24 of the rulebook (§4.3) with the rulings of its §13. Every summoned unit lives a life
of its own inside the case, by the table SUMMONS.
"""

from zhili.workflows.clock import Clock
from zhili.workflows.role import (
    ASSESSOR,
    COMMUNITY,
    DISTRICT_COORDINATOR,
    DISTRICT_LEADER,
    DUTY_OFFICER,
    GRID_WORKER,
    LEADING_MEMBER,
    REVIEWER,
    STREET_DIRECTOR,
    STREET_SECRETARY,
    SYSTEM,
    UNIT_LEADER,
    UNIT_OPERATOR,
    WHISTLE_OFFICE,
)
from zhili.workflows.workflow import STAY, Label, Step, Workflow

__all__ = ["SUMMONS", "WHISTLE"]

DRAFTED, SUBMITTED, REFUSED_AT_REVIEW = "drafted", "submitted", "refused_at_review"
ISSUED, MUSTERING, JOINT_HANDLING = "issued", "mustering", "joint_handling"
ESCALATED, SETTLED, EVALUATED, CLOSED, CANCELLED = (
    "escalated", "settled", "evaluated", "closed", "cancelled",
)  # fmt: skip

CALLED = frozenset({ISSUED, MUSTERING, JOINT_HANDLING, ESCALATED})
RUNNING = CALLED | {SETTLED, EVALUATED}
RATED_ONCE = frozenset({EVALUATED, CLOSED})

LEADERS = frozenset({UNIT_LEADER, LEADING_MEMBER, STREET_SECRETARY, STREET_DIRECTOR})
STREET = LEADERS | {UNIT_OPERATOR, DUTY_OFFICER}
CALLER = STREET | {GRID_WORKER}
DEPARTMENT = frozenset({UNIT_OPERATOR, UNIT_LEADER})
DISTRICT = frozenset({DISTRICT_COORDINATOR, DISTRICT_LEADER})

SUMMONED, SIGNED, CONTACTED, ARRIVED = "summoned", "signed", "contacted", "arrived"
DELIVERED, RATED, OBJECTED = "delivered", "rated", "objected"
RELEASED, REPLACED, NO_SHOW = "released", "replaced", "no_show"

AWAITED = frozenset({SUMMONED, SIGNED, CONTACTED})
CAME = frozenset({ARRIVED, NO_SHOW, RELEASED, REPLACED})
MOVES = frozenset({"DeadlineRecalculated"})

SUMMONS = Workflow(
    name="summons",
    steps=(
        Step("add_unit",          None,                 "UnitSummoned",    SUMMONED,         CALLER | {WHISTLE_OFFICE}, rule="W13"),
        Step("add_unit",          {RELEASED, REPLACED}, "UnitSummoned",    SUMMONED,         CALLER | {WHISTLE_OFFICE}, rule="W13"),
        Step("sign",              SUMMONED,             "Signed",          SIGNED,           DEPARTMENT, rule="W7"),
        Step("contact",           {SUMMONED, SIGNED},   "StreetContacted", CONTACTED,        DEPARTMENT, rule="W8"),
        Step("report_in",         AWAITED | {NO_SHOW, OBJECTED}, "UnitReportedIn", ARRIVED,  DEPARTMENT, rule="W9"),
        Step("object",            AWAITED | {ARRIVED},  "SummonsObjected", OBJECTED,         DEPARTMENT, "not_upheld_before", "W10"),
        Step("rule_on_objection", OBJECTED,             "SummonsUpheld",   SIGNED,           WHISTLE_OFFICE, "is_still_on_its_way", "W11"),
        Step("rule_on_objection", OBJECTED,             "SummonsUpheld",   ARRIVED,          WHISTLE_OFFICE, "had_reported_in", "W11"),
        Step("rule_on_objection", OBJECTED,             "SummonsUpheld",   NO_SHOW,          WHISTLE_OFFICE, "had_been_missed", "W11"),
        Step("rule_on_objection", OBJECTED,             "UnitReleased",    RELEASED,         WHISTLE_OFFICE, rule="W11"),
        Step("rule_on_objection", OBJECTED,             "UnitReplaced",    REPLACED,         WHISTLE_OFFICE, rule="W11"),
        Step("mark_no_show",      AWAITED,              "UnitNoShow",      NO_SHOW,          SYSTEM, rule="W12"),
        Step("mark_no_show",      OBJECTED,             "UnitNoShow",      STAY,             SYSTEM, rule="W12"),
        Step("report_done",       ARRIVED,              "UnitDelivered",   DELIVERED,        DEPARTMENT, rule="W18"),
        Step("consent_to_leave",  ARRIVED,              "LeaveConsented",  STAY,             STREET, rule="W15"),
        Step("leave_scene",       {ARRIVED, DELIVERED, RATED}, "UnitLeft", STAY,             DEPARTMENT, ("is_still_there", "delivered_or_street_consents"), "W15"),
        Step("reject_result",     DELIVERED,            "UnitRecalled",    ARRIVED,          STREET, rule="W19"),
        Step("rate_unit",         {ARRIVED, DELIVERED, NO_SHOW}, "UnitRated", RATED,         STREET | {COMMUNITY}, rule="W20"),
    ),
    states={
        SUMMONED:  Label("Summoned", "已吹哨待签收"),
        SIGNED:    Label("Signed", "已签收"),
        CONTACTED: Label("In contact with the street", "已联系"),
        ARRIVED:   Label("Reported in", "已报到"),
        DELIVERED: Label("Task delivered", "已完成"),
        RATED:     Label("Rated", "已评价"),
        OBJECTED:  Label("Objects to the summons", "有异议"),
        RELEASED:  Label("Released", "已免除"),
        REPLACED:  Label("Replaced by another unit", "已改派"),
        NO_SHOW:   Label("Did not report in", "未报到"),
    },
    clocks=(
        Clock("sign",      restarts=frozenset({"UnitSummoned"}), stops=CAME | {SIGNED, CONTACTED, OBJECTED}, moves=MOVES, fires="mark_overdue"),
        Clock("contact",   restarts=frozenset({"UnitSummoned"}), stops=CAME | {CONTACTED}, moves=MOVES, fires="mark_overdue"),
        Clock("report_in", restarts=frozenset({"UnitSummoned"}), stops=CAME | {"UnitNoShow"}, moves=MOVES, fires="mark_no_show"),
    ),
)  # fmt: skip

STEPS = (
    #    command                from                     records                to               by whom                    only if
    # — the call —
    Step("draft",               None,                    "Drafted",             DRAFTED,         CALLER,                    ("acts_for_its_unit", "level_may_blow", "kind_is_known", "place_lies_in_its_area", "summons_others", "units_exist", "origin_is_told_by_an_event"), "W1"),
    Step("draft",               None,                    "Drafted",             DRAFTED,         SYSTEM,                    ("follows_from_an_event", "kind_is_known", "summons_others"), "W1"),
    Step("submit",              DRAFTED,                 "Submitted",           SUBMITTED,       STREET,                    ("actor_is_of_the_street", "ground_is_known", "beyond_its_own_powers"), "W2"),
    Step("blow",                SUBMITTED,               "Blown",               ISSUED,          STREET,                    ("actor_is_of_the_street", "rank_fits_the_kind"), "W3"),
    Step("blow_emergency",      DRAFTED,                 "Blown",               ISSUED,          CALLER,                    ("actor_is_of_the_street", "rank_fits_the_kind", "may_be_blown_at_once"), "W4"),
    Step("confirm_emergency",   RUNNING,                 "EmergencyConfirmed",  STAY,            LEADERS,                   ("actor_is_of_the_street", "waits_for_confirmation"), "W4"),
    Step("send_back",           SUBMITTED,               "SentBack",            REFUSED_AT_REVIEW, LEADERS | {WHISTLE_OFFICE, REVIEWER}, ("street_or_reviewer", "return_reason_is_known"), "W5"),
    Step("cancel",              {DRAFTED, SUBMITTED, ISSUED}, "Cancelled",      CANCELLED,       STREET,                    ("actor_is_of_the_street", "nobody_was_missed"), "W23"),
    # — the muster —
    Step("assign_lead",         ISSUED,                  "LeadAssigned",        JOINT_HANDLING,  STREET | {WHISTLE_OFFICE}, ("street_or_reviewer", "lead_takes_part", "everybody_is_in"), "W6"),
    Step("assign_lead",         ISSUED,                  "LeadAssigned",        MUSTERING,       STREET | {WHISTLE_OFFICE}, ("street_or_reviewer", "lead_takes_part", "somebody_is_to_come"), "W6"),
    Step("assign_lead",         {MUSTERING, JOINT_HANDLING}, "LeadAssigned",    STAY,            STREET | {WHISTLE_OFFICE}, ("street_or_reviewer", "lead_takes_part", "names_another_lead"), "W6"),
    Step("add_unit",            CALLED,                  "UnitSummoned",        STAY,            CALLER | {WHISTLE_OFFICE}, ("street_or_reviewer", "street_does_not_summon_itself", "unit_exists", "unit_is_competent"), "W13"),
    Step("sign",                CALLED,                  "Signed",              STAY,            DEPARTMENT,                "actor_speaks_for_the_unit", "W7"),
    Step("contact",             CALLED,                  "StreetContacted",     STAY,            DEPARTMENT,                "actor_speaks_for_the_unit", "W8"),
    Step("report_in",           MUSTERING,               "UnitReportedIn",      JOINT_HANDLING,  DEPARTMENT,                ("actor_speaks_for_the_unit", "all_others_are_in"), "W9"),
    Step("report_in",           MUSTERING,               "UnitReportedIn",      STAY,            DEPARTMENT,                ("actor_speaks_for_the_unit", "others_are_awaited"), "W9"),
    Step("report_in",           {ISSUED, JOINT_HANDLING, ESCALATED}, "UnitReportedIn", STAY,     DEPARTMENT,                "actor_speaks_for_the_unit", "W9"),
    Step("start_joint_handling", MUSTERING,              "JointHandlingStarted", JOINT_HANDLING, DEPARTMENT,                ("actor_is_of_the_lead", "lead_has_reported_in"), "§13"),
    Step("object",              CALLED,                  "SummonsObjected",     STAY,            DEPARTMENT,                ("actor_speaks_for_the_unit", "may_object", "suggests_another_unit"), "W10"),
    Step("rule_on_objection",   CALLED | {SETTLED},      "SummonsUpheld",       STAY,            WHISTLE_OFFICE,            "", "W11"),
    Step("rule_on_objection",   JOINT_HANDLING,          "UnitReleased",        SETTLED,         WHISTLE_OFFICE,            "all_others_have_delivered", "W11"),
    Step("rule_on_objection",   JOINT_HANDLING,          "UnitReleased",        STAY,            WHISTLE_OFFICE,            "others_are_at_work", "W11"),
    Step("rule_on_objection",   MUSTERING,               "UnitReleased",        JOINT_HANDLING,  WHISTLE_OFFICE,            "everybody_is_in", "W11"),
    Step("rule_on_objection",   MUSTERING,               "UnitReleased",        STAY,            WHISTLE_OFFICE,            "somebody_is_to_come", "W11"),
    Step("rule_on_objection",   {ISSUED, ESCALATED, SETTLED}, "UnitReleased",   STAY,            WHISTLE_OFFICE,            "", "W11"),
    Step("rule_on_objection",   CALLED,                  "UnitReplaced",        STAY,            WHISTLE_OFFICE,            "substitute_is_new", "W11"),
    Step("mark_no_show",        JOINT_HANDLING,          "UnitNoShow",          SETTLED,         SYSTEM,                    ("report_limit_has_passed", "copy_goes_to_the_district", "all_others_have_delivered"), "W12"),
    Step("mark_no_show",        JOINT_HANDLING,          "UnitNoShow",          STAY,            SYSTEM,                    ("report_limit_has_passed", "copy_goes_to_the_district", "others_are_at_work"), "W12"),
    Step("mark_no_show",        MUSTERING,               "UnitNoShow",          JOINT_HANDLING,  SYSTEM,                    ("report_limit_has_passed", "copy_goes_to_the_district", "everybody_is_in"), "W12"),
    Step("mark_no_show",        MUSTERING,               "UnitNoShow",          STAY,            SYSTEM,                    ("report_limit_has_passed", "copy_goes_to_the_district", "somebody_is_to_come"), "W12"),
    Step("mark_no_show",        {ISSUED, ESCALATED},     "UnitNoShow",          STAY,            SYSTEM,                    ("report_limit_has_passed", "copy_goes_to_the_district"), "W12"),
    # — joint handling —
    Step("record_measure",      JOINT_HANDLING,          "MeasureRecorded",     STAY,            DEPARTMENT,                ("actor_is_of_the_lead", "owner_takes_part", "date_lies_ahead"), "W14"),
    Step("add_attachment",      RUNNING,                 "AttachmentAdded",     STAY,            STREET,                    "actor_takes_part", "W18"),
    Step("consent_to_leave",    {JOINT_HANDLING, ESCALATED}, "LeaveConsented",  STAY,            STREET,                    "actor_is_of_the_street", "W15"),
    Step("leave_scene",         {JOINT_HANDLING, ESCALATED, SETTLED, EVALUATED}, "UnitLeft", STAY, DEPARTMENT,              "actor_speaks_for_the_unit", "W15"),
    Step("escalate",            {MUSTERING, JOINT_HANDLING}, "Escalated",       ESCALATED,       STREET,                    ("actor_is_of_the_street", "escalation_ground_is_known", "somebody_did_not_come"), "W16"),
    Step("give_directive",      ESCALATED,               "DirectiveGiven",      JOINT_HANDLING,  DISTRICT,                  ("actor_stands_above_the_street", "lead_takes_part", "goes_on"), "W17"),
    Step("give_directive",      ESCALATED,               "DirectiveGiven",      SETTLED,         DISTRICT,                  ("actor_stands_above_the_street", "lead_takes_part", "ends_the_matter", "nobody_is_awaited"), "W17"),
    Step("report_done",         JOINT_HANDLING,          "UnitDelivered",       SETTLED,         DEPARTMENT,                ("actor_speaks_for_the_unit", "all_others_have_delivered"), "W18"),
    Step("report_done",         JOINT_HANDLING,          "UnitDelivered",       STAY,            DEPARTMENT,                ("actor_speaks_for_the_unit", "others_are_at_work"), "W18"),
    # — result and ratings —
    Step("reject_result",       SETTLED,                 "UnitRecalled",        STAY,            STREET,                    ("actor_is_of_the_street", "no_rating_yet"), "W19"),
    Step("reject_result",       SETTLED,                 "ResultRejected",      JOINT_HANDLING,  STREET,                    ("actor_is_of_the_street", "no_rating_yet", "somebody_works_again"), "W19"),
    Step("rate_unit",           SETTLED,                 "UnitRated",           EVALUATED,       STREET | {COMMUNITY},      ("nobody_rates_itself", "rates_for_the_street", "rates_every_dimension", "points_are_on_the_scale", "published_as_the_policy_says", "all_others_are_rated"), "W20"),
    Step("rate_unit",           SETTLED,                 "UnitRated",           STAY,            STREET | {COMMUNITY},      ("nobody_rates_itself", "rates_for_the_street", "rates_every_dimension", "points_are_on_the_scale", "published_as_the_policy_says", "others_are_unrated"), "W20"),
    Step("rate_blower",         RATED_ONCE,              "BlowerRated",         STAY,            DEPARTMENT | {WHISTLE_OFFICE}, ("nobody_rates_itself", "participant_or_office", "rates_the_blower_once", "rates_every_dimension", "points_are_on_the_scale", "published_as_the_policy_says"), "W21"),
    Step("publish_ratings",     RATED_ONCE,              "RatingsPublished",    STAY,            DISTRICT | {ASSESSOR},     ("actor_stands_above_the_street", "something_is_unpublished"), "§4.4"),
    Step("reply_to_rating",     RATED_ONCE,              "RatingAnswered",      STAY,            STREET,                    ("actor_speaks_for_the_unit", "rating_is_published", "has_not_replied"), "§4.4"),
    Step("close",               EVALUATED,               "Closed",              CLOSED,          STREET,                    ("actor_is_of_the_street", "emergency_was_confirmed", "origin_was_informed", "outcome_is_borne_out"), "W22"),
    Step("close",               SETTLED,                 "Closed",              CLOSED,          STREET,                    ("actor_is_of_the_street", "nobody_is_left_to_rate", "emergency_was_confirmed", "origin_was_informed", "outcome_is_borne_out"), "W22"),
    Step("reblow",              CLOSED,                  "Reblown",             STAY,            STREET,                    ("actor_is_of_the_street", "new_whistle_is_another"), "W24"),
    # — what the clocks demand —
    Step("mark_overdue",        RUNNING,                 "ClockExpired",        STAY,            SYSTEM,                    "clock_is_due", "§4.2"),
    Step("recalculate_deadline", RUNNING | {CLOSED},     "DeadlineRecalculated", STAY,           SYSTEM,                    "deadline_was_provisional", "§13-3"),
)  # fmt: skip

CLOCKS = (
    Clock("assign",       starts=frozenset({"Blown"}), stops=frozenset({"LeadAssigned"}), moves=MOVES, fires="mark_overdue"),
    Clock("confirmation", starts=frozenset({"Blown"}), stops=frozenset({"EmergencyConfirmed"}), moves=MOVES, fires="mark_overdue"),
    Clock("handle",       starts=frozenset({"Blown"}), restarts=frozenset({"ResultRejected"}), stops=frozenset({SETTLED}), moves=MOVES, fires="mark_overdue"),
)  # fmt: skip

STATES = {
    DRAFTED:           Label("Drafted", "拟哨"),
    SUBMITTED:         Label("Submitted for approval", "待审"),
    REFUSED_AT_REVIEW: Label("Returned at review", "退回"),
    ISSUED:            Label("Blown", "已吹响"),
    MUSTERING:         Label("Units reporting in", "报到中"),
    JOINT_HANDLING:    Label("Joint handling", "联合处置"),
    ESCALATED:         Label("Escalated", "提级"),
    SETTLED:           Label("Settled, to be rated", "处置完成待评"),
    EVALUATED:         Label("Rated", "已评价"),
    CLOSED:            Label("Closed", "销哨"),
    CANCELLED:         Label("Cancelled", "撤哨"),
}  # fmt: skip

LABELS = {
    "draft":                Label("Draft a whistle", "拟哨"),
    "submit":               Label("Submit for approval", "送审"),
    "blow":                 Label("Approve and blow", "审批吹哨"),
    "blow_emergency":       Label("Blow in an emergency", "应急吹哨"),
    "confirm_emergency":    Label("Confirm the emergency in writing", "应急哨补办书面确认"),
    "send_back":            Label("Return at review", "退回"),
    "cancel":               Label("Cancel", "撤哨"),
    "assign_lead":          Label("Assign the lead", "明确主办"),
    "add_unit":             Label("Summon a unit", "通知单位报到"),
    "sign":                 Label("Sign", "签收"),
    "contact":              Label("Contact the street", "联系街道"),
    "report_in":            Label("Report in", "报到"),
    "start_joint_handling": Label("Start joint handling", "启动联合处置"),
    "object":               Label("Object to the summons", "提出异议"),
    "rule_on_objection":    Label("Rule on the objection", "异议裁定"),
    "mark_no_show":         Label("Mark as not reported in", "标记未报到"),
    "record_measure":       Label("Record a measure", "记录处置措施"),
    "add_attachment":       Label("Add an attachment", "添加附件"),
    "consent_to_leave":     Label("Consent to a unit's leaving", "同意撤离"),
    "leave_scene":          Label("Leave the scene", "撤离"),
    "escalate":             Label("Escalate", "提级"),
    "give_directive":       Label("Give a directive", "下达指令"),
    "report_done":          Label("Report the task done", "报告完成"),
    "reject_result":        Label("Reject the result", "退回处置结果"),
    "rate_unit":            Label("Rate a unit", "评价部门"),
    "rate_blower":          Label("Rate the blower", "反向评价吹哨方"),
    "publish_ratings":      Label("Publish the ratings", "公布评价"),
    "reply_to_rating":      Label("Reply to a rating", "回应评价"),
    "close":                Label("Close", "销哨"),
    "reblow":               Label("Blow again", "再次吹哨"),
    "mark_overdue":         Label("Mark overdue", "标记超期"),
    "recalculate_deadline": Label("Recalculate the deadline", "重算期限"),
}  # fmt: skip

WHISTLE = Workflow(
    name="whistle",
    steps=STEPS,
    states=STATES,
    ended=frozenset({REFUSED_AT_REVIEW, CANCELLED, CLOSED}),
    clocks=CLOCKS,
    parts={"summons": SUMMONS},
    closed=frozenset({CLOSED}),
    left_out=frozenset({REFUSED_AT_REVIEW, CANCELLED}),
    labels=LABELS,
)

"""
How a hazard moves 社区发现、街镇呼叫、分级响应、协同整治 (§4.5): the table, its clocks, its words.

The community fixes what it can, the street what it can; the rest is the district's to dispatch.
"""

from zhili.workflows.clock import Clock
from zhili.workflows.role import (
    CITY_LEADER,
    COMMUNITY,
    DISTRICT_COORDINATOR,
    GRID_WORKER,
    SYSTEM,
    UNIT_LEADER,
    UNIT_OPERATOR,
    VOLUNTEER,
)
from zhili.workflows.workflow import STAY, Label, Step, Workflow

__all__ = ["HAZARD", "RECTIFICATION"]

FOUND, AT_STREET, AT_DISTRICT, AT_CITY = "found", "at_street", "at_district", "at_city"
RECTIFYING, SOLVED, DISMISSED, ARCHIVED = "rectifying", "solved", "dismissed", "archived"
DISPATCHED, RECTIFIED, RELEASED = "dispatched", "rectified", "released"

BEFORE_DEPARTMENTS = frozenset({FOUND, AT_STREET, AT_DISTRICT})
OPEN = BEFORE_DEPARTMENTS | {AT_CITY, RECTIFYING}
UNIT = frozenset({UNIT_OPERATOR, UNIT_LEADER})
DIRECTING = frozenset({DISTRICT_COORDINATOR, CITY_LEADER})
CALLED_UP = ("actor_is_of_its_district", "no_whistle_runs", "concerns_another_district")

RECALCULATED = frozenset({"DeadlineRecalculated"})

RECTIFICATION = Workflow(
    name="rectification",
    steps=(
        Step("dispatch_departments", None,       "DepartmentCalled",      DISPATCHED, DIRECTING, rule="§4.5"),
        Step("dispatch_departments", {RECTIFIED, RELEASED}, "DepartmentCalled", DISPATCHED, DIRECTING, rule="§4.5"),
        Step("report_rectified",     DISPATCHED, "Rectified",             RECTIFIED,  UNIT,      rule="§4.5"),
        Step("reject_rectified",     RECTIFIED,  "RectificationRejected", DISPATCHED, UNIT | {COMMUNITY}, rule="§4.5"),
        Step("escalate_to_city",     DISPATCHED, "DepartmentReleased",    RELEASED,   DISTRICT_COORDINATOR, rule="§4.5"),
        Step("report_by_whistle",    None,       "WhistleReported",       RECTIFIED,  SYSTEM,    rule="§4.5"),
    ),
    states={
        DISPATCHED: Label("Called, at work", "已派单整治中"),
        RECTIFIED:  Label("Reported as rectified", "已报整改完成"),
        RELEASED:   Label("Released", "已撤回"),
    },
    clocks=(
        Clock("rectify", restarts=frozenset({"DepartmentCalled", "RectificationRejected"}), stops=frozenset({RECTIFIED, RELEASED}), moves=RECALCULATED, fires="mark_overdue"),
    ),
)  # fmt: skip

STEPS = (
    #    command                   from                records                  to           by whom               only if
    Step("find",                   None,               "Found",                 FOUND,       {COMMUNITY, VOLUNTEER, GRID_WORKER}, ("kind_is_in_the_catalogue", "has_a_photo", "communities_find_at_home", "report_day_follows_the_rules"), "§4.5"),
    Step("fix_locally",            FOUND,              "Fixed",                 SOLVED,      COMMUNITY,            ("actor_is_accountable", "community_may_fix_it"), "§4.5"),
    Step("report_to_street",       FOUND,              "Reported",              AT_STREET,   COMMUNITY,            ("actor_is_accountable", "goes_to_its_street"), "§4.5"),
    Step("fix_at_street",          AT_STREET,          "Fixed",                 SOLVED,      UNIT,                 "actor_is_accountable", "§4.5"),
    Step("call_district",          AT_STREET,          "DistrictCalled",        AT_DISTRICT, UNIT,                 ("actor_is_accountable", "goes_to_its_district", "level_has_a_limit", "whistle_has_a_kind_and_units"), "§4.5"),
    Step("dispatch_departments",   AT_DISTRICT,        "DepartmentsDispatched", RECTIFYING,  DISTRICT_COORDINATOR, ("actor_is_accountable", "no_whistle_runs", "departments_are_named_once"), "§4.5"),
    Step("dispatch_departments",   AT_CITY,            "DepartmentsDispatched", RECTIFYING,  CITY_LEADER,          "departments_are_named_once", "§4.5"),
    Step("dispatch_departments",   RECTIFYING,         "DepartmentCalled",      STAY,        DIRECTING,            ("was_named", "unit_exists"), "§4.5"),
    Step("report_rectified",       RECTIFYING,         "Rectified",             STAY,        UNIT,                 "actor_speaks_for_the_part", "§4.5"),
    Step("check_on_site",          RECTIFYING,         "SiteChecked",           STAY,        COMMUNITY,            ("actor_is_of_the_community", "all_have_rectified", "not_checked_yet"), "§4.5"),
    Step("verify_rectified",       RECTIFYING,         "Verified",              SOLVED,      UNIT,                 ("actor_is_of_the_street", "all_have_rectified", "was_checked_first", "two_persons"), "§4.5"),
    Step("reject_rectified",       RECTIFYING,         "RectificationRejected", STAY,        UNIT | {COMMUNITY},   "actor_verifies_it", "§4.5"),
    Step("escalate_to_city",       RECTIFYING,         "DepartmentReleased",    STAY,        DISTRICT_COORDINATOR, "actor_is_of_its_district", "§4.5"),
    Step("escalate_to_city",       OPEN - {AT_CITY},   "CityCalled",            AT_CITY,     DISTRICT_COORDINATOR, CALLED_UP, "§4.5"),
    Step("hand_back",              AT_CITY,            "HandedBack",            AT_DISTRICT, CITY_LEADER,          "", "§4.5"),
    Step("report_by_whistle",      AT_DISTRICT,        "WhistleReported",       RECTIFYING,  SYSTEM,               ("follows_from_an_event", "is_its_whistle"), "§4.5"),
    Step("end_whistle",            AT_DISTRICT,        "WhistleEnded",          STAY,        SYSTEM,               ("follows_from_an_event", "is_its_whistle"), "§4.5"),
    Step("dismiss",                BEFORE_DEPARTMENTS, "Dismissed",             DISMISSED,   UNIT | {COMMUNITY, DISTRICT_COORDINATOR}, ("actor_is_accountable", "no_whistle_runs", "duplicate_names_another"), "§4.5"),
    Step("archive",                {SOLVED, DISMISSED}, "Archived",             ARCHIVED,    SYSTEM,               "clock_is_due", "§4.5"),
    Step("mark_overdue",           OPEN,               "ClockExpired",          STAY,        SYSTEM,               "clock_is_due", "§4.5"),
    Step("recalculate_deadline",   OPEN | {SOLVED, DISMISSED}, "DeadlineRecalculated", STAY, SYSTEM,               "deadline_was_provisional", "§13-3"),
)  # fmt: skip

CLOCKS = (
    #     name        starts anew on                                              stops on
    Clock("report",   restarts=frozenset({"Found"}),                              stops=frozenset({AT_STREET, AT_CITY}), fires="mark_overdue"),
    Clock("judge",    restarts=frozenset({"Reported"}),                           stops=frozenset({AT_DISTRICT, AT_CITY}), moves=RECALCULATED, fires="mark_overdue"),
    Clock("dispatch", restarts=frozenset({"DistrictCalled", "HandedBack", "WhistleEnded"}), stops=frozenset({RECTIFYING, AT_CITY}), moves=RECALCULATED, fires="mark_overdue"),
    Clock("verify",   restarts=frozenset({"Rectified", "WhistleReported"}),       stops=frozenset({"RectificationRejected", AT_CITY}), moves=RECALCULATED, fires="mark_overdue"),
    Clock("archive",  restarts=frozenset({"Fixed", "Verified", "Dismissed"}),     stops=frozenset({ARCHIVED}), moves=RECALCULATED, fires="archive"),
)  # fmt: skip

HAZARD = Workflow(
    name="hazard",
    steps=STEPS,
    states={
        FOUND:       Label("Found", "社区发现"),
        AT_STREET:   Label("Reported to the street", "已报街镇"),
        AT_DISTRICT: Label("District called", "街镇已呼叫"),
        AT_CITY:     Label("City called", "已呼叫市级"),
        RECTIFYING:  Label("Being rectified", "协同整治中"),
        SOLVED:      Label("Solved", "已解决"),
        DISMISSED:   Label("No hazard, or known already", "不属隐患或重复"),
        ARCHIVED:    Label("Archived", "已归档"),
    },
    labels={
        "find":                 Label("Find", "发现"),
        "fix_locally":          Label("Fix in the community", "社区解决"),
        "report_to_street":     Label("Report to the street", "上报街镇"),
        "fix_at_street":        Label("Fix in the street", "街镇解决"),
        "call_district":        Label("Call the district", "街镇呼叫"),
        "dispatch_departments": Label("Dispatch departments", "派单部门"),
        "report_rectified":     Label("Report as rectified", "报告整改完成"),
        "check_on_site":        Label("Check on site", "社区现场核查"),
        "verify_rectified":     Label("Verify", "街镇核实销号"),
        "reject_rectified":     Label("Reject", "核查不通过"),
        "escalate_to_city":     Label("Call the city", "呼叫市级"),
        "hand_back":            Label("Hand back to the district", "交回区级"),
        "report_by_whistle":    Label("Take the whistle's result", "吹哨结果反馈"),
        "end_whistle":          Label("Go on without the whistle", "哨终未果"),
        "dismiss":              Label("Dismiss", "不予立项"),
        "archive":              Label("Archive", "归档"),
        "mark_overdue":         Label("Mark overdue", "标记超期"),
        "recalculate_deadline": Label("Recalculate the deadline", "重算期限"),
    },
    ended=frozenset({SOLVED, DISMISSED, ARCHIVED}),
    closed=frozenset({SOLVED}),
    left_out=frozenset({DISMISSED}),
    clocks=CLOCKS,
    parts={"dispatched": RECTIFICATION},
)  # fmt: skip

"""
How a branch calls its members 小区党支部吹哨、党员报到 (§4.6): the table, its clocks, its words.

One case is one member's post and one call. Who does not serve is reported upwards, step by step,
unless an excuse is accepted.
"""

from zhili.workflows.clock import Clock
from zhili.workflows.role import (
    BRANCH_SECRETARY,
    HOME_ORGANISATION,
    ORGANISATION_DEPARTMENT,
    PARTY_MEMBER,
    STREET_PARTY_COMMITTEE,
    SYSTEM,
)
from zhili.workflows.workflow import STAY, Label, Step, Workflow

__all__ = ["BRANCH_CALL"]

POST_ASSIGNED, CALLED, RESPONDED, SERVED, RATED = (
    "post_assigned",
    "called",
    "responded",
    "served",
    "rated",
)
NOT_PERFORMED, AT_STREET, AT_DISTRICT = (
    "non_performance_reported",
    "street_reported",
    "district_org_dept_reported",
)
FED_BACK, CLOSED, EXCUSED, RELEASED, ARCHIVED = (
    "fed_back_to_home_org",
    "closed",
    "excused",
    "released",
    "archived",
)

EXCUSABLE = frozenset({CALLED, RESPONDED, NOT_PERFORMED, AT_STREET, AT_DISTRICT})
OPEN = EXCUSABLE | {POST_ASSIGNED, SERVED, FED_BACK}
FILED = frozenset({RATED, CLOSED, EXCUSED, RELEASED})
RECALCULATED = frozenset({"DeadlineRecalculated"})

BRANCH_CALL = Workflow(
    name="branch_call",
    steps=(
        #    command                  from                  records                   to             by whom                 only if
        Step("assign_post",           None,                 "PostAssigned",           POST_ASSIGNED, BRANCH_SECRETARY,       ("secretary_speaks_for_a_branch", "post_is_listed", "lives_here_or_has_checked_in"), "§4.6"),
        Step("call",                  POST_ASSIGNED,        "Called",                 CALLED,        BRANCH_SECRETARY,       ("actor_is_of_the_branch", "fits_the_post", "fits_the_ability", "time_to_serve_lies_ahead"), "§4.6"),
        Step("respond",               CALLED,               "Responded",              RESPONDED,     PARTY_MEMBER,           "is_the_member", "§4.6"),
        Step("serve",                 RESPONDED,            "Served",                 SERVED,        PARTY_MEMBER,           "is_the_member", "§4.6"),
        Step("rate",                  SERVED,               "Rated",                  RATED,         BRANCH_SECRETARY,       ("actor_is_of_the_branch", "not_about_themselves", "points_are_on_the_scale"), "§4.6"),
        Step("offer_excuse",          EXCUSABLE,            "ExcuseOffered",          STAY,          PARTY_MEMBER,           ("is_the_member", "excuse_is_listed", "no_excuse_is_pending"), "§4.6"),
        Step("accept_excuse",         EXCUSABLE,            "ExcuseAccepted",         EXCUSED,       BRANCH_SECRETARY,       ("actor_is_of_the_branch", "not_about_themselves", "excuse_is_pending"), "§4.6"),
        Step("refuse_excuse",         EXCUSABLE,            "ExcuseRefused",          STAY,          BRANCH_SECRETARY,       ("actor_is_of_the_branch", "excuse_is_pending"), "§4.6"),
        Step("report_non_performance", {CALLED, RESPONDED}, "NonPerformanceReported", NOT_PERFORMED, BRANCH_SECRETARY,       ("actor_is_of_the_branch", "time_to_serve_is_over", "no_excuse_is_pending"), "§4.6"),
        Step("hold_meeting",          NOT_PERFORMED,        "MeetingHeld",            STAY,          BRANCH_SECRETARY,       ("actor_is_of_the_branch", "nothing_was_decided_yet", "enough_took_part", "was_held_since_then"), "§4.6"),
        Step("report_to_street",      NOT_PERFORMED,        "StreetReported",         AT_STREET,     BRANCH_SECRETARY,       ("actor_is_of_the_branch", "no_excuse_is_pending", "meeting_decided_to_report", "unit_exists"), "§4.6"),
        Step("report_to_district",    AT_STREET,            "DistrictReported",       AT_DISTRICT,   STREET_PARTY_COMMITTEE, ("actor_is_accountable", "no_excuse_is_pending", "unit_exists"), "§4.6"),
        Step("feed_back",             AT_DISTRICT,          "FedBack",                FED_BACK,      ORGANISATION_DEPARTMENT, ("actor_is_accountable", "no_excuse_is_pending", "goes_to_the_home_organisation"), "§4.6"),
        Step("close",                 FED_BACK,             "Closed",                 CLOSED,        HOME_ORGANISATION,      "actor_is_accountable", "§4.6"),
        Step("close",                 NOT_PERFORMED,        "Closed",                 CLOSED,        BRANCH_SECRETARY,       ("actor_is_of_the_branch", "no_excuse_is_pending", "meeting_decided_against"), "§4.6"),
        Step("release",               {POST_ASSIGNED, CALLED, RESPONDED}, "Released", RELEASED,      BRANCH_SECRETARY,       "actor_is_of_the_branch", "§6.8"),
        Step("archive",               FILED,                "Archived",               ARCHIVED,      SYSTEM,                 "clock_is_due", "§4.6"),
        Step("mark_overdue",          OPEN,                 "ClockExpired",           STAY,          SYSTEM,                 "clock_is_due", "§4.6"),
        Step("recalculate_deadline",  OPEN | FILED,         "DeadlineRecalculated",   STAY,          SYSTEM,                 "deadline_was_provisional", "§13-3"),
    ),
    states={
        POST_ASSIGNED: Label("Has a post", "已设岗定责"),
        CALLED:        Label("Called", "支部已吹哨"),
        RESPONDED:     Label("Has responded", "党员已报到"),
        SERVED:        Label("Has served, to be rated", "已服务待评"),
        RATED:         Label("Rated", "已评价"),
        NOT_PERFORMED: Label("Has not served", "未履职已报"),
        AT_STREET:     Label("Reported to the street", "已报街道党工委"),
        AT_DISTRICT:   Label("Reported to the district", "已报区委组织部"),
        FED_BACK:      Label("Told to the home organisation", "已反馈所在单位"),
        CLOSED:        Label("Closed", "已办结"),
        EXCUSED:       Label("Excused", "已准假免责"),
        RELEASED:      Label("Released from the post", "已离岗"),
        ARCHIVED:      Label("Archived", "已归档"),
    },
    labels={
        "assign_post":            Label("Assign a post", "设岗定责"),
        "call":                   Label("Call", "支部吹哨"),
        "respond":                Label("Respond", "党员报到"),
        "serve":                  Label("Serve", "开展服务"),
        "rate":                   Label("Rate", "评价"),
        "offer_excuse":           Label("Offer an excuse", "说明情况"),
        "accept_excuse":          Label("Accept the excuse", "准予免责"),
        "refuse_excuse":          Label("Refuse the excuse", "不予免责"),
        "report_non_performance": Label("Report as not served", "报告未履职"),
        "hold_meeting":           Label("Record the branch meeting", "召开支部会议"),
        "report_to_street":       Label("Report to the street", "上报街道党工委"),
        "report_to_district":     Label("Report to the district", "上报区委组织部"),
        "feed_back":              Label("Tell the home organisation", "反馈所在单位"),
        "close":                  Label("Close", "办结"),
        "release":                Label("Release from the post", "离岗"),
        "archive":                Label("Archive", "归档"),
        "mark_overdue":           Label("Mark overdue", "标记超期"),
        "recalculate_deadline":   Label("Recalculate the deadline", "重算期限"),
    },
    ended=FILED | {ARCHIVED},
    closed=frozenset({RATED, CLOSED}),
    left_out=frozenset({EXCUSED, RELEASED}),
    clocks=(
        Clock("handle",  starts=frozenset({"Called"}), stops=frozenset({SERVED, NOT_PERFORMED}), fires="mark_overdue"),
        Clock("respond", starts=frozenset({"Called"}), stops=frozenset({RESPONDED, NOT_PERFORMED}), moves=RECALCULATED, fires="mark_overdue"),
        Clock("rate",    starts=frozenset({"Served"}), moves=RECALCULATED, fires="mark_overdue"),
        Clock("forward", restarts=frozenset({"NonPerformanceReported", "StreetReported", "DistrictReported", "FedBack"}), moves=RECALCULATED, fires="mark_overdue"),
        Clock("archive", starts=frozenset({"Rated", "Closed", "ExcuseAccepted", "Released"}), stops=frozenset({ARCHIVED}), moves=RECALCULATED, fires="archive"),
    ),
)  # fmt: skip

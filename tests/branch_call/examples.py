"""One good example for every row of the branch call's table, and who does what."""

from __future__ import annotations

from datetime import date, timedelta

from tests.complaint.examples import ANNOUNCED, YEAR_END
from tests.workflows.rows import Refused, Row
from zhili.commands import branch_call as asked
from zhili.policies.branch_call import BranchCallRules
from zhili.policies.limit import Limit
from zhili.testing import TICK, Control, actor

DAY = timedelta(days=1)

ESTATE, BRANCH, OTHER_BRANCH = "peony-garden", "peony-branch", "lotus-branch"
STREET, DISTRICT, HOME = "street-committee", "organisation-department", "steel-works-party"

SECRETARY = actor("branch_secretary", BRANCH)
MEMBER = actor("party_member", id="member-7")
STREET_COMMITTEE = actor("street_party_committee", STREET)
DEPARTMENT = actor("organisation_department", DISTRICT)
EMPLOYER = actor("home_organisation", HOME)

ASSIGN = Control(
    asked.AssignPost,
    SECRETARY,
    {
        "member": MEMBER.id,
        "name": "Zhao Min",
        "estate": ESTATE,
        "checked_in_at": ESTATE,
        "home_organisation": HOME,
        "post": "environment",
        "abilities": ("carpentry", "driving"),
    },
)
CALL = Control(
    asked.Call,
    SECRETARY,
    {"title": "clear gate 3", "post": "environment", "needs": ("driving",), "serve_by": 2 * DAY},
)
RESPOND = Control(asked.Respond, MEMBER)
SERVE = Control(asked.Serve, MEMBER, {"service": "drove four loads"})
RATE = Control(asked.Rate, SECRETARY, {"points": 5, "note": "came first, left last"})
EXCUSE = Control(asked.OfferExcuse, MEMBER, {"ground": "illness", "words": "fever since Monday"})
ACCEPT = Control(asked.AcceptExcuse, SECRETARY)
REFUSE = Control(asked.RefuseExcuse, SECRETARY, {"reason": "was seen at the fair"})
NOT_SERVED = Control(asked.ReportNonPerformance, SECRETARY, {"note": "did not come"})
MEETING = Control(
    asked.HoldMeeting,
    SECRETARY,
    {
        "held_on": date(2026, 3, 5),
        "participants": 7,
        "decision": "report_upwards",
        "minutes": "six for it, one against",
    },
)
NO_REPORT = MEETING.but(decision="no_report")
TO_STREET = Control(asked.ReportToStreet, SECRETARY, {"unit": STREET})
TO_DISTRICT = Control(asked.ReportToDistrict, STREET_COMMITTEE, {"unit": DISTRICT})
FEED_BACK = Control(asked.FeedBack, DEPARTMENT, {"unit": HOME})
CLOSE = Control(asked.Close, EMPLOYER, {"result": "talked to"})
CLOSE_HERE = CLOSE.by_actor(SECRETARY)
RELEASE = Control(asked.Release, SECRETARY, {"reason": "moved away"})

ASSIGNED = (ASSIGN,)
CALLED = (ASSIGN, CALL)
RESPONDED = (*CALLED, RESPOND)
SERVED = (*RESPONDED, SERVE)
RATED = (*SERVED, RATE)
OVER = (*CALLED, 3 * DAY)
"""The time to serve is over: Thursday, 5 March 2026."""

NOT_PERFORMED = (*OVER, NOT_SERVED)
DECIDED = (*NOT_PERFORMED, MEETING)
AT_STREET = (*DECIDED, TO_STREET)
AT_DISTRICT = (*AT_STREET, TO_DISTRICT)
FED_BACK = (*AT_DISTRICT, FEED_BACK)
WORKING_DAYS = BranchCallRules(respond=Limit(amount=5, unit="working_days"))

ROWS = (
    Row("assign_post", (), ASSIGN),
    Row("call", ASSIGNED, CALL),
    Row("respond", CALLED, RESPOND),
    Row("serve", RESPONDED, SERVE),
    Row("rate", SERVED, RATE),
    Row("offer_excuse", CALLED, EXCUSE),
    Row("accept_excuse", (*CALLED, EXCUSE), ACCEPT),
    Row("refuse_excuse", (*CALLED, EXCUSE), REFUSE),
    Row("report_non_performance", OVER, NOT_SERVED),
    Row("hold_meeting", NOT_PERFORMED, MEETING),
    Row("report_to_street", DECIDED, TO_STREET),
    Row("report_to_district", AT_STREET, TO_DISTRICT),
    Row("feed_back", AT_DISTRICT, FEED_BACK),
    Row("close", FED_BACK, CLOSE),
    Row("close", (*NOT_PERFORMED, NO_REPORT), CLOSE_HERE),
    Row("release", ASSIGNED, RELEASE),
    Row("archive", (*RATED, 31 * DAY), TICK),
    Row("mark_overdue", (*CALLED, DAY), TICK),
    Row("recalculate_deadline", (*CALLED, ANNOUNCED), TICK, (WORKING_DAYS,), YEAR_END),
)
"""An example for each row of the table, in its order."""

OTHER_SECRETARY = actor("branch_secretary", OTHER_BRANCH)
OTHER_MEMBER = actor("party_member", id="member-8")
OWN_SECRETARY = actor("branch_secretary", BRANCH, id=MEMBER.id)

REFUSED = (
    Refused("secretary_speaks_for_a_branch", (), ASSIGN.by_actor(actor("branch_secretary"))),
    Refused("post_is_listed", (), ASSIGN.but(post="guard of honour")),
    Refused("lives_here_or_has_checked_in", (), ASSIGN.without("checked_in_at")),
    Refused("lives_here_or_has_checked_in", (), ASSIGN.but(checked_in_at="lotus-garden")),
    Refused("lives_here_or_has_checked_in", (), ASSIGN.without("home_organisation")),
    Refused(
        "lives_here_or_has_checked_in",
        (),
        ASSIGN.without("checked_in_at").but(lives_in="lotus-garden"),
    ),
    *(
        Refused("actor_is_of_the_branch", before, step.by_actor(OTHER_SECRETARY))
        for before, step in (
            (ASSIGNED, CALL),
            (SERVED, RATE),
            ((*CALLED, EXCUSE), ACCEPT),
            ((*CALLED, EXCUSE), REFUSE),
            (OVER, NOT_SERVED),
            (NOT_PERFORMED, MEETING),
            (DECIDED, TO_STREET),
            ((*NOT_PERFORMED, NO_REPORT), CLOSE_HERE),
            (ASSIGNED, RELEASE),
        )
    ),
    Refused("fits_the_post", ASSIGNED, CALL.but(post="security")),
    Refused("fits_the_ability", ASSIGNED, CALL.but(needs=("driving", "welding"))),
    Refused("time_to_serve_lies_ahead", ASSIGNED, CALL.but(serve_by=-DAY)),
    *(
        Refused("is_the_member", before, step.by_actor(OTHER_MEMBER))
        for before, step in ((CALLED, RESPOND), (RESPONDED, SERVE), (CALLED, EXCUSE))
    ),
    Refused("not_about_themselves", SERVED, RATE.by_actor(OWN_SECRETARY)),
    Refused("not_about_themselves", (*CALLED, EXCUSE), ACCEPT.by_actor(OWN_SECRETARY)),
    Refused("points_are_on_the_scale", SERVED, RATE.but(points=6)),
    Refused("excuse_is_listed", CALLED, EXCUSE.but(ground="no mood")),
    *(
        Refused("no_excuse_is_pending", (*before, EXCUSE), step)
        for before, step in (
            (CALLED, EXCUSE),
            (OVER, NOT_SERVED),
            (DECIDED, TO_STREET),
            (AT_STREET, TO_DISTRICT),
            (AT_DISTRICT, FEED_BACK),
            ((*NOT_PERFORMED, NO_REPORT), CLOSE_HERE),
        )
    ),
    Refused("excuse_is_pending", CALLED, ACCEPT),
    Refused("excuse_is_pending", (*CALLED, EXCUSE, REFUSE), REFUSE),
    Refused("time_to_serve_is_over", CALLED, NOT_SERVED),
    Refused("nothing_was_decided_yet", DECIDED, MEETING),
    Refused("enough_took_part", NOT_PERFORMED, MEETING.but(participants=2)),
    Refused("was_held_since_then", NOT_PERFORMED, MEETING.but(held_on=date(2026, 3, 4))),
    Refused("was_held_since_then", NOT_PERFORMED, MEETING.but(held_on=date(2026, 3, 6))),
    Refused("meeting_decided_to_report", NOT_PERFORMED, TO_STREET),
    Refused("meeting_decided_to_report", (*NOT_PERFORMED, NO_REPORT), TO_STREET),
    Refused("meeting_decided_against", NOT_PERFORMED, CLOSE_HERE),
    Refused("meeting_decided_against", DECIDED, CLOSE_HERE),
    *(
        Refused("actor_is_accountable", before, step.by_actor(actor(step.by.role, "elsewhere")))
        for before, step in ((AT_STREET, TO_DISTRICT), (AT_DISTRICT, FEED_BACK), (FED_BACK, CLOSE))
    ),
    Refused("goes_to_the_home_organisation", AT_DISTRICT, FEED_BACK.but(unit="another-works")),
)

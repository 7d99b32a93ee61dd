"""One good example for every row of the hazard's table, and who does what."""

from __future__ import annotations

from datetime import timedelta

from tests.complaint.examples import ANNOUNCED, YEAR_END
from tests.workflows.rows import Refused, Row
from zhili.aggregates.event import Cause
from zhili.commands import hazard as asked
from zhili.policies.hazard import HazardRules
from zhili.policies.limit import Limit
from zhili.testing import CASE, OTHER_CASE, TICK, Control, actor
from zhili.values import SYSTEM_ACTOR, Attachment

DAY = timedelta(days=1)

HOME, NEIGHBOUR_HOME = "510104021001", "510104021002"
STREET, NEIGHBOUR, DISTRICT, OTHER_DISTRICT = "510104021", "510104022", "510104", "510105"
FIRE, POWER, PARKS = "fire-brigade", "power-company", "parks-bureau"

COMMUNITY = actor("community", HOME)
VOLUNTEER = actor("volunteer")
OFFICER = actor("unit_operator", STREET)
COORDINATOR = actor("district_coordinator", DISTRICT)
CITY = actor("city_leader", "510100")
CAUSE = Cause(case_id=OTHER_CASE, version=9)


def of(unit: str) -> object:
    """Give somebody who speaks for a department."""
    return actor("unit_operator", unit)


def file(media_type: str) -> Attachment:
    """Give a file."""
    return Attachment(name="it", media_type=media_type, size=1, sha256="0" * 64, uri="host://1")


PHOTO, PLAN = file("image/jpeg"), file("application/pdf")

FIND = Control(
    asked.Find,
    VOLUNTEER,
    {
        "kind": "fire",
        "community": HOME,
        "title": "Battery cars charge in the stairwell",
        "place": "building 4, entrance 2",
        "photos": (PHOTO,),
        "subject": "aunt-18",
        "reporter": "Chun Niang",
        "contact": "13800000018",
    },
)
FIX_LOCALLY = Control(asked.FixLocally, COMMUNITY, {"measures": "moved", "photos": (PHOTO,)})
REPORT = Control(asked.ReportToStreet, COMMUNITY, {"unit": STREET, "reason": "needs rewiring"})
FIX_AT_STREET = Control(asked.FixAtStreet, OFFICER, {"measures": "rewired"})
CALL = Control(
    asked.CallDistrict, OFFICER, {"unit": DISTRICT, "level": 2, "ledger_entry": "no. 7: mains"}
)
CALL_BY_WHISTLE = CALL.but(
    by_whistle=True, whistle_kind="ENFORCEMENT", units=(FIRE, POWER), whistle=OTHER_CASE
)
DISPATCH = Control(
    asked.DispatchDepartments, COORDINATOR, {"lead": FIRE, "assisting": (POWER,), "task": "clear"}
)
LEAD_DONE = Control(asked.ReportRectified, of(FIRE), {"unit": FIRE, "result": "cleared"})
POWER_DONE = Control(
    asked.ReportRectified, of(POWER), {"unit": POWER, "result": "new cable", "photos": (PHOTO,)}
)
CHECK = Control(asked.CheckOnSite, COMMUNITY, {"note": "went there", "photos": (PHOTO,)})
VERIFY = Control(asked.VerifyRectified, OFFICER, {"note": "went there too"})
REJECT = Control(asked.RejectRectified, OFFICER, {"unit": POWER, "reason": "hangs loose"})
TO_CITY = Control(
    asked.EscalateToCity, COORDINATOR, {"districts": (OTHER_DISTRICT,), "reason": "same cable"}
)
BY_CITY = DISPATCH.by_actor(CITY)
HAND_BACK = Control(asked.HandBack, CITY, {"opinion": "the cable ends at the border"})
BY_WHISTLE = Control(
    asked.ReportByWhistle,
    SYSTEM_ACTOR,
    {"whistle": OTHER_CASE, "unit": FIRE, "result": "cleared together"},
    cause=CAUSE,
)
WHISTLE_ENDS = Control(
    asked.EndWhistle, SYSTEM_ACTOR, {"whistle": OTHER_CASE, "reason": "withdrawn"}, cause=CAUSE
)
DISMISS = Control(asked.Dismiss, COMMUNITY, {"ground": "not_a_hazard", "reason": "a lamp"})
DUPLICATE = DISMISS.but(ground="duplicate", duplicate_of=OTHER_CASE)

FOUND = (FIND,)
AT_STREET = (*FOUND, REPORT)
AT_DISTRICT = (*AT_STREET, CALL)
WHISTLING = (*AT_STREET, CALL_BY_WHISTLE)
RECTIFYING = (*AT_DISTRICT, DISPATCH)
REPORTED = (*RECTIFYING, LEAD_DONE, POWER_DONE)
CHECKED = (*REPORTED, CHECK)
SOLVED = (*CHECKED, VERIFY)
AT_CITY = (*RECTIFYING, LEAD_DONE, TO_CITY)
WEEK_LONG = HazardRules(judge=Limit(amount=5, unit="working_days"))

ROWS = (
    Row("dispatch_departments", AT_DISTRICT, DISPATCH),
    Row("dispatch_departments", AT_CITY, BY_CITY),
    Row("report_rectified", RECTIFYING, LEAD_DONE),
    Row("reject_rectified", REPORTED, REJECT),
    Row("escalate_to_city", RECTIFYING, TO_CITY),
    Row("report_by_whistle", WHISTLING, BY_WHISTLE),
    # — the hazard itself —
    Row("find", (), FIND),
    Row("fix_locally", FOUND, FIX_LOCALLY),
    Row("report_to_street", FOUND, REPORT),
    Row("fix_at_street", AT_STREET, FIX_AT_STREET),
    Row("call_district", AT_STREET, CALL),
    Row("dispatch_departments", AT_DISTRICT, DISPATCH),
    Row("dispatch_departments", AT_CITY, BY_CITY),
    Row("dispatch_departments", AT_DISTRICT, DISPATCH),
    Row("report_rectified", RECTIFYING, LEAD_DONE),
    Row("check_on_site", REPORTED, CHECK),
    Row("verify_rectified", CHECKED, VERIFY),
    Row("reject_rectified", REPORTED, REJECT),
    Row("escalate_to_city", RECTIFYING, TO_CITY),
    Row("escalate_to_city", AT_DISTRICT, TO_CITY),
    Row("hand_back", AT_CITY, HAND_BACK),
    Row("report_by_whistle", WHISTLING, BY_WHISTLE),
    Row("end_whistle", WHISTLING, WHISTLE_ENDS),
    Row("dismiss", FOUND, DISMISS),
    Row("archive", (*SOLVED, 31 * DAY), TICK),
    Row("mark_overdue", (*FOUND, DAY), TICK),
    Row("recalculate_deadline", (*AT_STREET, ANNOUNCED), TICK, (WEEK_LONG,), YEAR_END),
)
"""An example for each row of the inner table, then of the table, in their order."""

STRANGER = actor("unit_operator", NEIGHBOUR)

REFUSED = (
    Refused("kind_is_in_the_catalogue", (), FIND.but(kind="ghost")),
    Refused("has_a_photo", (), FIND.but(photos=())),
    Refused("has_a_photo", (), FIND.but(photos=(PLAN,))),
    Refused("communities_find_at_home", (), FIND.by_actor(actor("community", NEIGHBOUR_HOME))),
    Refused("actor_is_accountable", FOUND, FIX_LOCALLY.by_actor(actor("community", STREET))),
    Refused("actor_is_accountable", FOUND, REPORT.by_actor(actor("community", NEIGHBOUR_HOME))),
    Refused("actor_is_accountable", AT_STREET, FIX_AT_STREET.by_actor(STRANGER)),
    Refused("actor_is_accountable", AT_STREET, CALL.by_actor(STRANGER)),
    Refused("actor_is_accountable", AT_STREET, DISMISS),
    Refused(
        "actor_is_accountable",
        AT_DISTRICT,
        DISPATCH.by_actor(actor("district_coordinator", OTHER_DISTRICT)),
    ),
    Refused("community_may_fix_it", (FIND.but(kind="production"),), FIX_LOCALLY),
    Refused("goes_to_its_street", FOUND, REPORT.but(unit=NEIGHBOUR)),
    Refused("goes_to_its_district", AT_STREET, CALL.but(unit=OTHER_DISTRICT)),
    Refused("level_has_a_limit", AT_STREET, CALL.but(level=4)),
    Refused("whistle_has_a_kind_and_units", AT_STREET, CALL_BY_WHISTLE.without("whistle_kind")),
    Refused("whistle_has_a_kind_and_units", AT_STREET, CALL_BY_WHISTLE.without("units")),
    Refused("whistle_has_a_kind_and_units", AT_STREET, CALL.but(units=(FIRE,))),
    Refused("whistle_has_a_kind_and_units", AT_STREET, CALL.but(whistle_kind="ENFORCEMENT")),
    Refused("no_whistle_runs", WHISTLING, DISPATCH),
    Refused("no_whistle_runs", WHISTLING, TO_CITY),
    Refused("no_whistle_runs", WHISTLING, DISMISS.by_actor(COORDINATOR)),
    Refused("departments_are_named_once", AT_DISTRICT, DISPATCH.but(assisting=(FIRE,))),
    Refused("departments_are_named_once", AT_CITY, BY_CITY.but(assisting=(POWER, POWER))),
    Refused("actor_speaks_for_the_part", RECTIFYING, LEAD_DONE.by_actor(of(POWER))),
    Refused("all_have_rectified", (*RECTIFYING, LEAD_DONE), CHECK),
    Refused(
        "actor_is_of_the_community", REPORTED, CHECK.by_actor(actor("community", NEIGHBOUR_HOME))
    ),
    Refused("not_checked_yet", CHECKED, CHECK),
    Refused("was_checked_first", REPORTED, VERIFY),
    Refused("all_have_rectified", (*RECTIFYING, LEAD_DONE), VERIFY),
    Refused("actor_is_of_the_street", CHECKED, VERIFY.by_actor(of(FIRE))),
    Refused(
        "two_persons", CHECKED, VERIFY.by_actor(actor("unit_operator", STREET, id=COMMUNITY.id))
    ),
    Refused("actor_verifies_it", REPORTED, REJECT.by_actor(of(FIRE))),
    Refused("actor_verifies_it", REPORTED, REJECT.by_actor(actor("community", NEIGHBOUR_HOME))),
    Refused(
        "actor_is_of_its_district",
        FOUND,
        TO_CITY.by_actor(actor("district_coordinator", OTHER_DISTRICT)),
    ),
    Refused("concerns_another_district", AT_DISTRICT, TO_CITY.but(districts=(DISTRICT,))),
    Refused("follows_from_an_event", WHISTLING, BY_WHISTLE.because_of(None)),
    Refused("follows_from_an_event", WHISTLING, WHISTLE_ENDS.because_of(None)),
    Refused("is_its_whistle", WHISTLING, BY_WHISTLE.but(whistle=CASE)),
    Refused("is_its_whistle", AT_DISTRICT, WHISTLE_ENDS),
    Refused("duplicate_names_another", FOUND, DISMISS.but(duplicate_of=OTHER_CASE)),
    Refused("duplicate_names_another", FOUND, DUPLICATE.but(duplicate_of=CASE)),
    Refused("duplicate_names_another", FOUND, DUPLICATE.without("duplicate_of")),
)

"""
How a complaint moves (12345 接诉即办): the table, its clocks, its words.

Rows C1–C45 of the rulebook (§2.7) with the rulings of its §13. What a whistle (C21) and the wall
(P19) lead to stands in `reactions/`.
"""

from zhili.workflows.clock import Clock
from zhili.workflows.role import (
    ARCHIVIST,
    ASSESSOR,
    CALLBACK_AGENT,
    CENTRE_LEADER,
    CITY_LEADER,
    CO_HANDLER,
    COMMUNITY,
    COMPLAINANT,
    DISPATCHER,
    DISPUTE_ADJUDICATOR,
    DISTRICT_COORDINATOR,
    GRID_WORKER,
    IMPORTER,
    INDUSTRY_DEPARTMENT,
    INTAKE_AGENT,
    REVIEWER,
    SUPERVISOR,
    SYSTEM,
    UNIT_LEADER,
    UNIT_OPERATOR,
)
from zhili.workflows.workflow import STAY, Label, Step, Workflow

__all__ = ["COMPLAINT", "CO_HANDLING"]

REGISTERED, ANSWERED, NOT_ACCEPTED, REFERRED_OUT = "registered", "answered", "not_accepted", "referred_out"
ACCEPTED, CONSULTING, DISPATCHED, DISPUTED = "accepted", "consulting", "dispatched", "disputed"
SIGNED, HANDLING, ESCALATED, LEDGERED = "signed", "handling", "escalated", "ledgered"
REPLIED, CALLBACK, REWORK, CLOSED = "replied", "callback", "rework", "closed"
ARCHIVED, MERGED, WITHDRAWN, TERMINATED = "archived", "merged", "withdrawn", "terminated"
IMPORTED = "imported"

WORKING = frozenset({HANDLING, ESCALATED, REWORK, CALLBACK})
BEFORE_CALLBACK = frozenset({DISPATCHED, DISPUTED, SIGNED, HANDLING, ESCALATED, REWORK, REPLIED})
WITH_UNIT = BEFORE_CALLBACK | {LEDGERED, CALLBACK}
OPEN = WITH_UNIT | {REGISTERED, ACCEPTED, CONSULTING}
ENDED = frozenset({ANSWERED, NOT_ACCEPTED, REFERRED_OUT, CLOSED, ARCHIVED, MERGED, WITHDRAWN, TERMINATED})
FILED = ENDED - {ARCHIVED, MERGED}
ANY = OPEN | ENDED

CITIZEN_SIDE = frozenset({COMPLAINANT, INTAKE_AGENT})
UNIT = frozenset({UNIT_OPERATOR, UNIT_LEADER})
CENTRE = frozenset({REVIEWER, CENTRE_LEADER})
AT_THE_PHONE = frozenset({INTAKE_AGENT, CALLBACK_AGENT})
DIRECTING = frozenset({DISTRICT_COORDINATOR, INDUSTRY_DEPARTMENT, CITY_LEADER})

INVITED, SUBMITTED, EXCUSED = "invited", "submitted", "excused"

CO_HANDLING = Workflow(
    name="co_handling",
    steps=(
        Step("invite_co_handler",  None,    "CoHandlerInvited",    INVITED,   UNIT,        rule="C19"),
        Step("submit_co_handling", INVITED, "CoHandlingSubmitted", SUBMITTED, CO_HANDLER,  rule="C20"),
        Step("excuse_co_handler",  INVITED, "CoHandlerExcused",    EXCUSED,   UNIT_LEADER, rule="C30"),
    ),
    states={
        INVITED:   Label("Invited", "已邀协办"),
        SUBMITTED: Label("Part submitted", "已提交"),
        EXCUSED:   Label("Excused", "已免除"),
    },
)  # fmt: skip

STEPS = (
    #    command                   from                   records                to             by whom                    only if
    # — intake —
    Step("register",               None,                  "Registered",          REGISTERED,    CITIZEN_SIDE | {GRID_WORKER}, ("complainants_speak_for_themselves", "channel_is_known", "contact_or_anonymous", "title_names_nobody", "origin_is_told_by_an_event"), "C1"),
    Step("register",               None,                  "Registered",          REGISTERED,    SYSTEM,                    ("follows_from_an_event", "contact_or_anonymous", "title_names_nobody"), "P19"),
    Step("bring_in",               None,                  "Imported",            IMPORTED,      IMPORTER,                  "id_is_made_from_the_sources", "§13"),
    Step("bring_in_closing",       IMPORTED,              "ImportedClosed",      CLOSED,        IMPORTER,                  "", "§13"),
    Step("answer_immediately",     REGISTERED,            "Answered",            ANSWERED,      INTAKE_AGENT,              "is_an_enquiry", "C2"),
    Step("transfer_emergency",     REGISTERED,            "EmergencyTransferred", REFERRED_OUT, INTAKE_AGENT,              "", "C3"),
    Step("decline",                REGISTERED,            "Declined",            NOT_ACCEPTED,  INTAKE_AGENT,              "repeated_without_new_facts", "C4"),
    Step("accept",                 REGISTERED,            "Accepted",            ACCEPTED,      INTAKE_AGENT,              "no_gate_applies", "C5"),
    # — one matter, one case —
    Step("merge_into",             {REGISTERED, ACCEPTED}, "Merged",             MERGED,        DISPATCHER,                ("main_case_is_another", "no_duplicates_of_its_own"), "C6"),
    Step("attach_duplicate",       (OPEN - {REGISTERED}) | {CLOSED}, "DuplicateAttached", STAY, SYSTEM,                    ("follows_from_an_event", "same_matter_and_place", "not_attached_yet", "accused_have_no_hand_in_it"), "C6"),
    Step("unmerge",                MERGED,                "Unmerged",            REGISTERED,    DISPATCHER,                "was_merged_when_registered", "C7"),
    Step("unmerge",                MERGED,                "Unmerged",            ACCEPTED,      DISPATCHER,                "was_merged_when_accepted", "C7"),
    Step("detach_duplicate",       OPEN | (ENDED - {ARCHIVED, MERGED}), "DuplicateDetached", STAY, SYSTEM,                ("follows_from_an_event", "is_attached"), "C7"),
    Step("follow_main",            MERGED,                "OutcomeFollowed",     STAY,          SYSTEM,                    ("follows_from_an_event", "main_case_is_the_one"), "§2.8-8"),
    # — dispatch —
    Step("open_consultation",      ACCEPTED,              "ConsultationOpened",  CONSULTING,    DISPATCHER,                ("several_candidates", "no_candidate_is_accused"), "C8"),
    Step("conclude_consultation",  CONSULTING,            "ConsultationConcluded", ACCEPTED,    DISPATCHER,                "lead_is_a_candidate", "C9"),
    Step("dispatch",               ACCEPTED,              "Dispatched",          DISPATCHED,    DISPATCHER,                ("is_sent_directly", "unit_exists", "not_the_accused", "unit_is_competent", "unit_has_jurisdiction"), "C10"),
    Step("dispatch_to_district",   ACCEPTED,              "Dispatched",          DISPATCHED,    DISPATCHER,                ("is_sent_to_a_district", "unit_exists", "not_the_accused", "unit_is_a_district", "unit_has_jurisdiction"), "C11"),
    Step("copy_to_district",       BEFORE_CALLBACK,       "CopiedToDistrict",    STAY,          SYSTEM,                    ("follows_from_an_event", "district_of_the_unit"), "C10"),
    Step("sub_dispatch",           DISPATCHED,            "SubDispatched",       DISPATCHED,    DISTRICT_COORDINATOR,      ("was_sent_to_a_district", "actor_belongs_to_unit", "unit_exists", "unit_lies_in_the_district", "not_the_accused", "unit_is_competent"), "C12"),
    Step("sign",                   DISPATCHED,            "Signed",              SIGNED,        UNIT_OPERATOR,             "actor_belongs_to_unit", "C13"),
    Step("object_to_dispatch",     {DISPATCHED, SIGNED},  "DispatchObjected",    DISPUTED,      UNIT_OPERATOR,             ("actor_belongs_to_unit", "not_designated", "within_the_objection_window", "acted_on_site_if_grade_one"), "C14"),
    Step("uphold_dispatch",        DISPUTED,              "ObjectionRejected",   DISPATCHED,    DISPUTE_ADJUDICATOR,       "was_objected_when_dispatched", "C15"),
    Step("uphold_dispatch",        DISPUTED,              "ObjectionRejected",   SIGNED,        DISPUTE_ADJUDICATOR,       "was_objected_when_signed", "C15"),
    Step("redirect_dispatch",      DISPUTED,              "Redispatched",        DISPATCHED,    DISPUTE_ADJUDICATOR,       ("goes_to_another_unit", "returns_left", "unit_exists", "not_the_accused", "unit_is_competent", "unit_has_jurisdiction"), "C16"),
    Step("designate_lead",         DISPUTED,              "LeadDesignated",      SIGNED,        DISPUTE_ADJUDICATOR,       ("unit_exists", "not_the_accused", "unit_has_jurisdiction"), "C17"),
    # — handling —
    Step("record_contact",         {SIGNED, REWORK},      "Contacted",           HANDLING,      UNIT_OPERATOR,             ("actor_belongs_to_unit", "unit_may_contact", "contact_is_settled"), "C18"),
    Step("record_contact",         {SIGNED, REWORK},      "Contacted",           STAY,          UNIT_OPERATOR,             ("actor_belongs_to_unit", "unit_may_contact", "not_reached"), "C18"),
    Step("record_contact",         {HANDLING, CALLBACK},  "Contacted",           STAY,          UNIT_OPERATOR,             ("actor_belongs_to_unit", "unit_may_contact", "says_whether_it_is_settled", "no_reply_accepted"), "§13-1"),
    Step("record_contact",         {SIGNED, REWORK},      "Contacted",           HANDLING,      AT_THE_PHONE,              ("contact_goes_through_the_centre", "contact_is_settled"), "§8"),
    Step("record_contact",         {SIGNED, REWORK},      "Contacted",           STAY,          AT_THE_PHONE,              ("contact_goes_through_the_centre", "not_reached"), "§8"),
    Step("record_contact",         {HANDLING, CALLBACK},  "Contacted",           STAY,          AT_THE_PHONE,              ("contact_goes_through_the_centre", "says_whether_it_is_settled", "no_reply_accepted"), "§8"),
    Step("assign_handler",         {SIGNED} | WORKING,    "HandlerAssigned",     STAY,          UNIT,                      "actor_belongs_to_unit", "§13-6"),
    Step("add_attachment",         OPEN,                  "AttachmentAdded",     STAY,          CITIZEN_SIDE | UNIT | {CO_HANDLER, COMMUNITY, GRID_WORKER}, "actor_has_a_part_in_it", "§13-6"),
    Step("invite_co_handler",      HANDLING,              "CoHandlerInvited",    STAY,          UNIT,                      ("actor_belongs_to_unit", "not_the_unit_itself", "unit_exists", "not_the_accused", "co_handler_is_competent", "due_before_the_case"), "C19"),
    Step("submit_co_handling",     WORKING,               "CoHandlingSubmitted", STAY,          CO_HANDLER,                "actor_speaks_for_the_part", "C20"),
    Step("excuse_co_handler",      WORKING,               "CoHandlerExcused",    STAY,          UNIT_LEADER,               "actor_belongs_to_unit", "C30"),
    Step("blow_whistle",           {SIGNED, HANDLING},    "WhistleLinked",       STAY,          UNIT,                      ("actor_belongs_to_unit", "is_with_a_street", "no_unit_summoned_is_accused"), "C21"),
    Step("take_whistle_report",    ANY,                   "WhistleReported",     STAY,          SYSTEM,                    ("follows_from_an_event", "whistle_was_blown_here"), "C21"),
    Step("request_extension",      HANDLING,              "ExtensionRequested",  STAY,          UNIT_LEADER,               ("actor_belongs_to_unit", "deadline_is_running", "before_the_due_instant", "complainant_was_told", "no_extension_pending", "extensions_left"), "C22"),
    Step("grant_extension",        HANDLING,              "ExtensionGranted",    STAY,          DISPATCHER,                ("extension_is_pending", "not_the_unit_that_asked", "deadline_is_running", "extensions_left", "no_longer_than_the_first_period"), "C23"),
    Step("refuse_extension",       WORKING | {LEDGERED, REPLIED}, "ExtensionRefused", STAY,     DISPATCHER,                ("extension_is_pending", "not_the_unit_that_asked"), "C23"),
    Step("escalate",               HANDLING,              "Escalated",           ESCALATED,     UNIT,                      ("actor_belongs_to_unit", "lead_has_acted"), "C24"),
    Step("give_directive",         ESCALATED,             "DirectiveGiven",      HANDLING,      DIRECTING,                 ("new_lead_exists", "not_the_accused", "unit_has_jurisdiction"), "C25"),
    # — ledger —
    Step("request_ledgering",      {HANDLING, ESCALATED}, "LedgeringRequested",  STAY,          UNIT_LEADER,               ("actor_belongs_to_unit", "ledger_ground_is_known", "complainant_was_told", "date_to_look_again", "no_ledgering_pending"), "C26"),
    Step("first_check_ledgering",  {HANDLING, ESCALATED}, "LedgeringChecked",    STAY,          DISPATCHER,                ("ledgering_is_pending", "not_the_unit_that_asked", "not_checked_yet"), "C27"),
    Step("approve_ledgering",      {HANDLING, ESCALATED}, "Ledgered",            LEDGERED,      CENTRE_LEADER,             ("ledgering_is_pending", "was_checked_first", "two_persons"), "C27"),
    Step("refuse_ledgering",       WORKING | {REPLIED},   "LedgeringRefused",    STAY,          {DISPATCHER, CENTRE_LEADER}, ("ledgering_is_pending", "not_the_unit_that_asked"), "C27"),
    Step("review_ledger",          LEDGERED,              "LedgerReviewed",      STAY,          SUPERVISOR,                "next_review_lies_ahead", "C28"),
    Step("activate_from_ledger",   LEDGERED,              "LedgerActivated",     HANDLING,      UNIT | {SUPERVISOR},       "the_unit_or_a_supervisor", "C29"),
    Step("activate_from_ledger",   LEDGERED,              "LedgerActivated",     HANDLING,      SYSTEM,                    "expected_date_has_come", "C29"),
    # — reply, review, call-back —
    Step("submit_reply",           {HANDLING, CALLBACK},  "ReplySubmitted",      STAY,          UNIT_OPERATOR,             ("actor_belongs_to_unit", "contact_was_made", "co_handlers_are_in", "both_were_informed", "no_reply_accepted"), "C30"),
    Step("sign_off_reply",         HANDLING,              "ReplySignedOff",      REPLIED,       UNIT_LEADER,               ("actor_belongs_to_unit", "reply_awaits_sign_off", "not_who_wrote_it"), "C30"),
    Step("sign_off_reply",         CALLBACK,              "ReplySignedOff",      STAY,          UNIT_LEADER,               ("actor_belongs_to_unit", "reply_awaits_sign_off", "not_who_wrote_it"), "§13-1"),
    Step("return_reply",           {REPLIED, CALLBACK},   "ReplyReturned",       REWORK,        REVIEWER,                  ("reply_awaits_review", "defect_is_known"), "C31"),
    Step("accept_reply",           REPLIED,               "ReplyAccepted",       CALLBACK,      REVIEWER,                  ("reply_awaits_review", "somebody_to_call_back"), "C32"),
    Step("accept_reply",           REPLIED,               "ReplyAccepted",       STAY,          REVIEWER,                  ("reply_awaits_review", "nobody_to_call_back"), "C32"),
    Step("accept_reply",           CALLBACK,              "ReplyAccepted",       STAY,          REVIEWER,                  "reply_awaits_review", "§13-1"),
    Step("open_callback",          BEFORE_CALLBACK,       "CallbackOpened",      CALLBACK,      SYSTEM,                    "due_instant_has_come", "C33"),
    Step("record_callback",        CALLBACK,              "CallbackRecorded",    STAY,          CALLBACK_AGENT,            ("tries_left", "another_day", "not_a_handler", "somebody_to_call_back"), "C34"),
    Step("record_callback",        MERGED,                "CallbackRecorded",    STAY,          CALLBACK_AGENT,            ("outcome_was_followed", "tries_left", "another_day", "not_a_handler", "somebody_to_call_back"), "§2.8-8"),
    Step("evaluate",               CALLBACK,              "CallbackRecorded",    STAY,          COMPLAINANT,               ("not_asked_yet", "somebody_to_call_back"), "C34"),
    Step("evaluate",               MERGED,                "CallbackRecorded",    STAY,          COMPLAINANT,               ("outcome_was_followed", "not_asked_yet", "somebody_to_call_back"), "§2.8-8"),
    Step("order_rework",           CALLBACK,              "ReworkOrdered",       REWORK,        SUPERVISOR,                ("complainant_is_not_satisfied", "lawful_and_feasible", "reworks_left"), "C35"),
    Step("resume_handling",        REWORK,                "HandlingResumed",     HANDLING,      UNIT_OPERATOR,             "actor_belongs_to_unit", "C36"),
    # — the end, and after it —
    Step("close",                  {CALLBACK, REPLIED},   "Closed",              CLOSED,        CENTRE,                    ("callback_is_settled", "nothing_is_pending", "whistles_are_settled", "outcome_is_borne_out"), "C37"),
    Step("reopen",                 CLOSED,                "Reopened",            HANDLING,      SUPERVISOR,                ("handled_here", "within_the_reopen_window"), "C38"),
    Step("reopen",                 ARCHIVED,              "Reopened",            HANDLING,      SUPERVISOR,                ("handled_here", "was_closed"), "§13-2"),
    Step("archive",                FILED,                 "Archived",            ARCHIVED,      frozenset({SYSTEM, ARCHIVIST}), ("reopen_window_is_over", "no_exclusion_pending"), "C39"),
    Step("withdraw",               OPEN,                  "Withdrawn",           WITHDRAWN,     CITIZEN_SIDE,              ("identity_was_checked", "not_a_matter_of_public_safety"), "C40"),
    Step("withdraw",               OPEN,                  "ContinuedExOfficio",  STAY,          CITIZEN_SIDE,              ("identity_was_checked", "a_matter_of_public_safety"), "C40"),
    Step("request_termination",    {SIGNED, HANDLING},    "TerminationRequested", STAY,         UNIT,                      ("actor_belongs_to_unit", "complainant_was_told", "no_termination_pending"), "C41"),
    Step("approve_termination",    {SIGNED, HANDLING},    "Terminated",          TERMINATED,    frozenset({DISPATCHER, CENTRE_LEADER}), ("termination_is_pending", "not_the_unit_that_asked"), "C41"),
    Step("refuse_termination",     OPEN,                  "TerminationRefused",  STAY,          frozenset({DISPATCHER, CENTRE_LEADER}), ("termination_is_pending", "not_the_unit_that_asked"), "C41"),
    Step("request_exclusion",      {CLOSED, ARCHIVED},    "ExclusionRequested",  STAY,          UNIT_LEADER,               ("actor_belongs_to_unit", "within_the_appeal_window", "no_exclusion_pending", "not_excluded_yet", "exclusion_ground_is_known"), "§2.11"),
    Step("first_check_exclusion",  {CLOSED, ARCHIVED},    "ExclusionChecked",    STAY,          REVIEWER,                  ("exclusion_is_pending", "not_checked_yet"), "§2.11"),
    Step("grant_exclusion",        {CLOSED, ARCHIVED},    "ExclusionGranted",    STAY,          ASSESSOR,                  ("exclusion_is_pending", "was_checked_first", "two_persons"), "§2.11"),
    Step("refuse_exclusion",       {CLOSED, ARCHIVED},    "ExclusionRefused",    STAY,          ASSESSOR,                  ("exclusion_is_pending", "was_checked_first", "two_persons"), "§2.11"),
    # — at any time —
    Step("supervise",              OPEN,                  "Supervised",          STAY,          SUPERVISOR,                "supervision_ground_is_known", "C42"),
    Step("set_confidentiality",    ANY,                   "ConfidentialityChanged", STAY,       CITIZEN_SIDE | {SUPERVISOR, SYSTEM}, "up_or_with_consent", "C43"),
    Step("append_facts",           OPEN | {CLOSED, ARCHIVED}, "FactsAppended",   STAY,          CITIZEN_SIDE,              "", "C44"),
    Step("correct_record",         ANY,                   "Corrected",           STAY,          {INTAKE_AGENT, DISPATCHER, SUPERVISOR}, ("field_can_be_corrected", "correction_names_nobody", "old_value_is_the_recorded_one"), "C45"),
    # — what the clocks demand —
    Step("mark_overdue",           OPEN,                  "ClockExpired",        STAY,          SYSTEM,                    "clock_is_due", "§2.6"),
    Step("recalculate_deadline",   OPEN | FILED,          "DeadlineRecalculated", STAY,         SYSTEM,                    "deadline_was_provisional", "§13-3"),
)  # fmt: skip

BACK_AT_DESK = frozenset({"Accepted", "ConsultationConcluded", "Unmerged"})
SENT = frozenset({"Dispatched", "SubDispatched", "Redispatched"})
LEDGER = (("Ledgered", "LedgerActivated"),)
HANDLE_MOVES = frozenset({"ExtensionGranted", "DeadlineRecalculated"})
RECALCULATED = frozenset({"DeadlineRecalculated"})
ENDINGS = frozenset({"Answered", "EmergencyTransferred", "Declined", "Closed", "Withdrawn", "Terminated"})
SETTLED = frozenset({"ExclusionGranted", "ExclusionRefused"})

CLOCKS = (
    #     name               starts                    restarts                        stops                                       pauses → resumes     moves
    Clock("dispatch",        frozenset(),              BACK_AT_DESK,                   frozenset({DISPATCHED, CONSULTING, REGISTERED}), (),                RECALCULATED, fires="mark_overdue"),
    Clock("sign",            frozenset(),              SENT | {"ObjectionRejected"},   frozenset({SIGNED, DISPUTED, CALLBACK}),    (),                  RECALCULATED, fires="mark_overdue"),
    Clock("objection",       frozenset(),              SENT,                           frozenset({"LeadDesignated", CALLBACK}),    (),                  RECALCULATED),
    Clock("ruling",          frozenset(),              frozenset({"DispatchObjected"}), frozenset({DISPATCHED, SIGNED, CALLBACK}), (),                  RECALCULATED, fires="mark_overdue"),
    Clock("contact",         frozenset({"Dispatched"}), frozenset({"Redispatched"}),   frozenset({HANDLING}),                      (),                  RECALCULATED, fires="mark_overdue"),
    Clock("handle",          frozenset({"Dispatched"}), frozenset({"Redispatched"}),   frozenset({"ReplySignedOff"}),              LEDGER,              HANDLE_MOVES),
    Clock("open_callback",   frozenset({"Dispatched"}), frozenset({"Redispatched"}),   frozenset({"ReplyAccepted", CALLBACK}),     LEDGER,              HANDLE_MOVES, limit="handle", fires="open_callback"),
    Clock("rework",          frozenset(),              frozenset({"ReworkOrdered", "ReplyReturned", "Reopened"}), frozenset({"ReplySignedOff"}), LEDGER, RECALCULATED, fires="mark_overdue"),
    Clock("callback",        frozenset(),              frozenset({"CallbackOpened", "ReplyAccepted"}), frozenset({REWORK}),        (),                  RECALCULATED, fires="mark_overdue"),
    Clock("ledger_review",   frozenset(),              frozenset({"Ledgered", "LedgerReviewed"}), frozenset({"LedgerActivated"}),  (),                  RECALCULATED, fires="mark_overdue"),
    Clock("ledger_end",      frozenset(),              frozenset({"Ledgered"}),        frozenset({"LedgerActivated"}),             (),                  fires="activate_from_ledger"),
    Clock("appeal",          frozenset(),              frozenset({"Closed"}),          frozenset({"Reopened"}),                    (),                  RECALCULATED),
    Clock("archive",         frozenset(),              ENDINGS | SETTLED,              frozenset({"Reopened", ARCHIVED, "ExclusionRequested"}), (),     RECALCULATED, fires="archive"),
)  # fmt: skip

STATES = {
    REGISTERED:   Label("Registered", "已登记"),
    IMPORTED:     Label("Open elsewhere, imported", "已导入"),
    ANSWERED:     Label("Answered at once", "即时答复"),
    NOT_ACCEPTED: Label("Not accepted, told why", "不予受理(已告知)"),
    REFERRED_OUT: Label("Passed to an emergency or outside line", "已转紧急/外部渠道"),
    ACCEPTED:     Label("Accepted, to be dispatched", "已受理待派单"),
    CONSULTING:   Label("In consultation before dispatch", "派前会商"),
    DISPATCHED:   Label("Dispatched, to be signed", "已派单待签收"),
    DISPUTED:     Label("Dispatch objected to", "派单异议待审"),
    SIGNED:       Label("Signed, to be contacted", "已签收待联系"),
    HANDLING:     Label("In handling", "办理中"),
    ESCALATED:    Label("Escalated for coordination", "提级协调中"),
    LEDGERED:     Label("On the ledger", "已挂账"),
    REPLIED:      Label("Replied, to be reviewed", "已答复待审核"),
    CALLBACK:     Label("To be called back", "待回访"),
    REWORK:       Label("In rework", "重办中"),
    CLOSED:       Label("Closed", "已办结"),
    ARCHIVED:     Label("Archived", "已归档"),
    MERGED:       Label("Merged into another case", "已并单"),
    WITHDRAWN:    Label("Withdrawn", "已撤回"),
    TERMINATED:   Label("Terminated", "已终止办理"),
}  # fmt: skip

LABELS = {
    "register":              Label("Register", "登记"),
    "bring_in":              Label("Import", "导入"),
    "bring_in_closing":      Label("Import the closing", "导入办结"),
    "answer_immediately":    Label("Answer at once", "即时答复"),
    "transfer_emergency":    Label("Transfer to an emergency line", "转紧急热线"),
    "decline":               Label("Decline", "不予受理"),
    "accept":                Label("Accept", "受理"),
    "merge_into":            Label("Merge into another case", "并单"),
    "attach_duplicate":      Label("Attach a duplicate", "关联并入工单"),
    "unmerge":               Label("Undo the merge", "撤销并单"),
    "detach_duplicate":      Label("Detach a duplicate", "解除并入工单"),
    "follow_main":           Label("Follow the main case's outcome", "随主单办结"),
    "open_consultation":     Label("Open a consultation", "发起会商"),
    "conclude_consultation": Label("Conclude the consultation", "会商结论"),
    "dispatch":              Label("Dispatch", "派单"),
    "dispatch_to_district":  Label("Dispatch to the district", "派至区级"),
    "copy_to_district":      Label("Copy to the district", "抄送区政府"),
    "sub_dispatch":          Label("Dispatch within the district", "区级转派"),
    "sign":                  Label("Sign", "签收"),
    "object_to_dispatch":    Label("Object to the dispatch", "退单(派单异议)"),
    "uphold_dispatch":       Label("Uphold the dispatch", "维持派单"),
    "redirect_dispatch":     Label("Redirect", "改派"),
    "designate_lead":        Label("Designate the lead", "指定主办"),
    "record_contact":        Label("Record a contact", "联系诉求人"),
    "assign_handler":        Label("Name the person in charge", "指定经办人"),
    "add_attachment":        Label("Add an attachment", "添加附件"),
    "invite_co_handler":     Label("Invite a co-handler", "加派协办"),
    "submit_co_handling":    Label("Submit the co-handler's part", "提交协办结果"),
    "excuse_co_handler":     Label("Excuse a co-handler", "免除协办"),
    "blow_whistle":          Label("Blow a whistle", "吹哨"),
    "take_whistle_report":   Label("Take the whistle's report", "接收哨单反馈"),
    "request_extension":     Label("Ask for an extension", "申请延期"),
    "grant_extension":       Label("Grant the extension", "同意延期"),
    "refuse_extension":      Label("Refuse the extension", "不同意延期"),
    "escalate":              Label("Escalate", "提级"),
    "give_directive":        Label("Give a directive", "下达指令"),
    "request_ledgering":     Label("Ask for ledgering", "申请挂账"),
    "first_check_ledgering": Label("Check the ledgering", "挂账初审"),
    "approve_ledgering":     Label("Approve the ledgering", "批准挂账"),
    "refuse_ledgering":      Label("Refuse the ledgering", "不予挂账"),
    "review_ledger":         Label("Review the ledger entry", "挂账复核"),
    "activate_from_ledger":  Label("Take off the ledger", "销账启动办理"),
    "submit_reply":          Label("Draft the reply", "提交答复"),
    "sign_off_reply":        Label("Sign off the reply", "签发答复"),
    "return_reply":          Label("Return the reply", "退回答复"),
    "accept_reply":          Label("Accept the reply", "答复审核通过"),
    "open_callback":         Label("Open the call-back", "启动回访"),
    "record_callback":       Label("Record a call-back", "记录回访"),
    "evaluate":              Label("Evaluate the outcome", "评价办理结果"),
    "order_rework":          Label("Order rework", "发回重办"),
    "resume_handling":       Label("Resume handling", "恢复办理"),
    "close":                 Label("Close", "办结"),
    "reopen":                Label("Reopen", "重新办理"),
    "archive":               Label("Archive", "归档"),
    "withdraw":              Label("Withdraw", "撤回"),
    "request_termination":   Label("Ask for termination", "申请终止办理"),
    "approve_termination":   Label("Approve the termination", "批准终止办理"),
    "refuse_termination":    Label("Refuse the termination", "不予终止办理"),
    "request_exclusion":     Label("Ask for exclusion from assessment", "申请剔除"),
    "first_check_exclusion": Label("Check the exclusion", "剔除初审"),
    "grant_exclusion":       Label("Grant the exclusion", "同意剔除"),
    "refuse_exclusion":      Label("Refuse the exclusion", "不予剔除"),
    "supervise":             Label("Supervise", "督办"),
    "set_confidentiality":   Label("Set the confidentiality", "设定保密级别"),
    "append_facts":          Label("Add facts", "补充事实"),
    "correct_record":        Label("Correct the record", "更正记录"),
    "mark_overdue":          Label("Mark overdue", "标记超期"),
    "recalculate_deadline":  Label("Recalculate the deadline", "重算期限"),
}  # fmt: skip

COMPLAINT = Workflow(
    name="complaint",
    steps=STEPS,
    states=STATES,
    ended=ENDED,
    clocks=CLOCKS,
    parts={"co_handler": CO_HANDLING},
    closed=frozenset({CLOSED}),
    left_out=frozenset({ANSWERED, NOT_ACCEPTED, REFERRED_OUT, WITHDRAWN, TERMINATED, MERGED}),
    labels=LABELS,
    always=("actor_is_not_the_accused", "complainants_act_on_their_own_case"),
)

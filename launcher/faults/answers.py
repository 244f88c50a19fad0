"""What the people of a campaign answer, and how often of a hundred; each answer is reached sooner or later."""

# fmt: off
OUTCOMES = {  # what people of a kind of work order (or a form of their own) answer, and how often of a hundred
    "sign_in": {"accepted": 88, "returned": 8, "cannot_solve": 4},
    "sign_in_final": {"accepted": 100},
    "assignment": {"assigned": 100},
    "review": {"assigned": 70, "insisted": 30},
    "city_report": {"accepted": 100},
    "arbitration": {"assigned": 100},
    "handling": {"done": 95, "not_possible": 5},
    "co_handling": {"done": 85, "disagrees": 15},
    "handling_report": {"done": 100},  # of a co-unit that was ruled to work: it may not disagree again
    "co_arbitration": {"stands": 50, "released": 50},
    "verification": {"passed": 90, "failed": 10},
    "enforcement_call": {"confirmed": 85, "declined": 15},
    "enforcement_arrival": {"arrived": 100},
    "enforcement_report": {"done": 100},
    "supervision_reply": {"on_track": 80, "obstacle": 20},
    "inspection_decision": {"no_fault": 20, "urge": 20, "accountability": 60},
    "accountability_statement": {"stated": 50, "admitted": 50},
    "appeal_decision": {"upheld": 40, "rejected": 40, "excluded": 20},
    "accountability_finding": {"unfounded": 20, "ordinary": 60, "serious": 20},
}
# fmt: on
# fmt: off
BECAUSE = {
    "returned": "not_ours", "cannot_solve": "beyond_power", "disagrees": "other_measure", "declined": "no_staff",
}
# fmt: on

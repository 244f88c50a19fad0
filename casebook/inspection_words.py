"""The Chinese words for the codes of inspection and accountability."""

from casebook import words

CAUSES = {
    "long_delay": "久拖未决",
    "not_verified": "返工后核查仍未通过",
    "refused": "执法力量没有出动",
    "reopened": "办结后又重办",
    "returned_often": "多次退单",
    "many_units": "协办单位多",
    "not_stated": "当时没有注明",
}
DECISIONS = {outcome: words.OUTCOMES[outcome] for outcome in ("no_fault", "urge", "accountability")}
DECIDED_APPEALS = {outcome: words.OUTCOMES[outcome] for outcome in ("upheld", "partly", "excluded")}
FINDINGS = {outcome: words.OUTCOMES[outcome] for outcome in ("unfounded", "ordinary", "serious")}
ENDINGS = {
    **{outcome: words.OUTCOMES[outcome] for outcome in ("no_fault", "urge")},
    **FINDINGS,
    "withdrawn": "诉求已撤回，督查终止",
    "merged": "诉求已并案，督查终止",
    "no_decision_asked": "当时没有要求决定",
}
ADJUSTMENT_SOURCES = {"accountability": "责任追究", "appeal": "申诉"}

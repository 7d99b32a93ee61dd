-- on-time rate 按时办结率, version 1 (rulebook §13, §3.7)
--
-- Numerator    cases whose handling clock stopped at or before its due instant; for imported cases
--              those closed at or before the due instant of the source
-- Denominator  cases where that is decided at the as-of instant, and open cases past due
-- Cohort       cohort.sql, by the opening (or the closing) in the period
-- Clock        handle: from the first dispatch to the reply; it stands still in the ledger 挂账
-- Exclusions   open cases not yet due; cases without a due instant; cases outside the population:
--              counted apart under the state they ended in
WITH cohort AS (
-- include cohort.sql
)

SELECT
    key,
    left_out,
    COUNT(*) AS total,
    COUNT(*) FILTER (WHERE on_time) AS numerator,
    COUNT(*) FILTER (WHERE on_time IS NOT NULL OR past_due) AS denominator,
    COUNT(*) FILTER (WHERE outcome_unknown) AS outcome_unknown
FROM cohort
GROUP BY key, left_out

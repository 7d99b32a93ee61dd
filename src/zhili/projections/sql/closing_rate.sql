-- closing rate 办结率, version 1 (rulebook §13, §3.7)
--
-- Numerator    cases that stand in closed or archived at the as-of instant
-- Denominator  cases registered, in the population
-- Cohort       cohort.sql, by the opening (or the closing) in the period
-- Clock        none
-- Exclusions   cases outside the population: counted apart under the state they ended in
WITH cohort AS (
-- include cohort.sql
)

SELECT
    key,
    left_out,
    COUNT(*) AS total,
    COUNT(*) FILTER (WHERE closed) AS numerator,
    COUNT(*) AS denominator,
    COUNT(*) FILTER (WHERE outcome_unknown) AS outcome_unknown
FROM cohort
GROUP BY key, left_out

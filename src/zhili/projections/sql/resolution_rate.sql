-- resolution rate 解决率, version 1 (rulebook §13, §3.7)
--
-- Numerator    cases that stand in closed or archived with the outcome solved at the as-of instant;
--              an imported closing counts as solved and is counted in outcome_unknown as well
-- Denominator  cases registered, in the population; never resolved plus in progress
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
    COUNT(*) FILTER (WHERE solved) AS numerator,
    COUNT(*) AS denominator,
    COUNT(*) FILTER (WHERE outcome_unknown) AS outcome_unknown
FROM cohort
GROUP BY key, left_out

-- hazard figures 隐患排查整治, version 1: found, solved and open (rulebook §4.5)
--
-- Numerator    solved: verified on site, or fixed by the community or the street
-- Denominator  found: hazards in the population; open are those of them not solved
-- Cohort       cohort.sql, by the finding (or the solving) in the period
-- Clock        the lead's part; an open hazard is overdue when that is past due and not reported
-- Exclusions   dismissed: no hazard, or known already; counted apart
WITH cohort AS (
-- include cohort.sql
)

SELECT
    key,
    COUNT(*) FILTER (WHERE left_out IS NULL) AS found,
    COUNT(*) FILTER (WHERE left_out IS NULL AND solved) AS solved,
    COUNT(*) FILTER (WHERE left_out IS NULL AND NOT closed AND past_due) AS overdue,
    COUNT(*) FILTER (WHERE left_out IS NOT NULL) AS dismissed
FROM cohort
GROUP BY key

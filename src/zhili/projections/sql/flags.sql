-- flags 存疑标记, version 1: how many cases carry which flags, by the whole set that a case carries
--
-- Numerator    cases with that set of flags
-- Denominator  none
-- Cohort       cohort.sql, in the population
-- Clock        none
-- Exclusions   cases without a flag; cases outside the population
WITH cohort AS (
-- include cohort.sql
)

SELECT flags, COUNT(*) AS total
FROM cohort
WHERE left_out IS NULL AND flags IS NOT NULL
GROUP BY flags
ORDER BY flags

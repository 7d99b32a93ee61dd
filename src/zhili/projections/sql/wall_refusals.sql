-- wall refusals 不上墙原因, version 1: the items that were not posted, by reason (P3)
--
-- Numerator    items not posted for the reason
-- Denominator  none: these are counts
-- Cohort       wall_cohort.sql
-- Clock        none but :as_of
-- Exclusions   merged items, and those that are not decided on yet
WITH cohort AS (
-- include wall_cohort.sql
)

SELECT
    key,
    type AS reason,
    COUNT(*) AS total
FROM cohort
WHERE state = 'not_posted'
GROUP BY key, type

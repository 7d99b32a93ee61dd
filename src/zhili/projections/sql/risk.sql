-- risk table, version 1: the counts of one key's survival curve, for multiplying it exactly
--
-- Numerator    events: cases closed after exactly that duration
-- Denominator  the cases at risk: n of the key without those that left at a shorter duration
-- Cohort       durations.sql
-- Clock        as asked, see durations.sql
-- Exclusions   cases without a duration
WITH durations AS (
-- include durations.sql
)

SELECT
    duration, COUNT(*) FILTER (WHERE closed) AS events, COUNT(*) AS leaving
FROM durations
WHERE left_out IS NULL AND key IS NOT DISTINCT FROM CAST(:key AS VARCHAR)
GROUP BY duration
ORDER BY duration

-- survival curve 生存曲线 (Kaplan-Meier), version 1: the counts of every step, for each key
--
-- Numerator    events: cases closed after exactly that duration
-- Denominator  the cases at risk: n of the key without those that left at a shorter duration
-- Cohort       durations.sql
-- Clock        as asked, see durations.sql
-- Exclusions   cases without a duration
--
-- What left and was not closed was censored: open at the as-of instant, and that old. The engine
-- multiplies (at risk - events) / at risk from one duration to the next, exactly.
WITH durations AS (
-- include durations.sql
)

SELECT
    key, duration, COUNT(*) FILTER (WHERE closed) AS events, COUNT(*) AS leaving
FROM durations
WHERE left_out IS NULL
GROUP BY key, duration
ORDER BY key, duration

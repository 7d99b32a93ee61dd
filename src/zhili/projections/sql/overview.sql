-- overview 总览, version 1: the counts of the cohort and of its due instants
--
-- Numerator    closed; solved; late: not on time, or open and past due (rulebook §13)
-- Denominator  total: cases registered, in the population; with_due: those with a due instant
-- Cohort       cohort.sql
-- Clock        handle, for imported cases the due instant of the source
-- Exclusions   cases outside the population; open cases not yet due are in with_due and not late
WITH cohort AS (
-- include cohort.sql
)

SELECT
    key,
    COUNT(*) AS total,
    COUNT(*) FILTER (WHERE closed) AS closed,
    COUNT(*) FILTER (WHERE solved) AS solved,
    COUNT(*) FILTER (WHERE outcome_unknown) AS outcome_unknown,
    COUNT(*) FILTER (WHERE closed AND closed_at < opened_at) AS closed_before_opened,
    COUNT(*) FILTER (WHERE has_due) AS with_due,
    COUNT(*) FILTER (WHERE has_due AND closed AND NOT on_time) AS closed_late,
    COUNT(*) FILTER (WHERE has_due AND closed AND on_time) AS closed_in_time,
    COUNT(*) FILTER (
        WHERE has_due AND NOT closed AND (past_due OR (on_time IS NOT NULL AND NOT on_time))
    ) AS open_past_due
FROM cohort
WHERE left_out IS NULL
GROUP BY key

-- whistle figures 吹哨统计, version 1: whistles blown, settled, closed, blown again (rulebook §4.3)
--
-- Numerator    closed: whistles that were closed
-- Denominator  blown: whistles blown and not cancelled; by department, those in which it takes part
-- Cohort       whistle_calls.sql
-- Clock        none
-- Exclusions   whistles cancelled after they were blown: counted apart
WITH calls AS (
-- include whistle_calls.sql
)

SELECT
    key,
    COUNT(*) FILTER (WHERE counted) AS blown,
    COUNT(*) FILTER (WHERE counted AND settled_at IS NOT NULL) AS settled,
    COUNT(*) FILTER (WHERE closed) AS closed,
    COUNT(*) FILTER (WHERE closed AND outcome = 'solved') AS solved,
    COUNT(*) FILTER (WHERE counted AND repeats > 0) AS reblown,
    COUNT(*) FILTER (WHERE NOT counted) AS cancelled
FROM calls
WHERE takes_part
GROUP BY key

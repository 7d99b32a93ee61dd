-- whistle times 到场与处置时长, version 1: how long units take to come, and whistles to be settled
--
-- Numerator    the sum of the durations there are
-- Denominator  n, how many there are; still_open says how many there are not yet
-- Cohort       the whistles of whistle_calls.sql and their units
-- Clock        arrive: from a unit's summons to its reporting in; settle: from the blowing
-- Exclusions   whistles cancelled; units released or replaced
--
-- `low` and `high` are the two of n sorted durations between which linear interpolation
-- (Hyndman-Fan type 7, h = (n - 1) p) falls. All comparisons are of integers.
WITH calls AS (
-- include whistle_calls.sql
),

spans AS (
    SELECT 'arrive' AS measure, c.key, p.arrived_at - p.since AS duration
    FROM calls c
    JOIN parts p
        ON p.case_id = c.case_id AND p.kind = 'summons'
        AND (c.department IS NULL OR p.unit = c.department)
    WHERE c.counted AND p.state NOT IN ('released', 'replaced')
    UNION ALL
    SELECT 'settle' AS measure, key, settled_at - blown_at AS duration
    FROM calls
    WHERE counted AND takes_part
),

ranked AS (
    SELECT
        measure, key, duration,
        ROW_NUMBER() OVER (PARTITION BY measure, key ORDER BY duration) AS rank,
        COUNT(duration) OVER (PARTITION BY measure, key) AS n
    FROM spans
    WHERE duration IS NOT NULL
),

spread AS (
    SELECT
        measure, key,
        SUM(duration) AS total,
        MAX(duration) FILTER (WHERE (rank - 1) * 100 <= (n - 1) * 50) AS low_50,
        MIN(duration) FILTER (WHERE (rank - 1) * 100 >= (n - 1) * 50) AS high_50,
        MAX(duration) FILTER (WHERE (rank - 1) * 100 <= (n - 1) * 90) AS low_90,
        MIN(duration) FILTER (WHERE (rank - 1) * 100 >= (n - 1) * 90) AS high_90
    FROM ranked
    GROUP BY measure, key
),

tally AS (
    SELECT
        measure, key,
        COUNT(duration) AS n,
        COUNT(*) - COUNT(duration) AS still_open
    FROM spans
    GROUP BY measure, key
)

SELECT
    t.measure, t.key, t.n, t.still_open, s.total, s.low_50, s.high_50, s.low_90, s.high_90
FROM tally t
LEFT JOIN spread s ON s.measure = t.measure AND s.key IS NOT DISTINCT FROM t.key

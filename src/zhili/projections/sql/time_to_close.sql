-- time to close 办理时长, version 1 (rulebook §13, §3.7)
--
-- Numerator    the sum of the durations of the closed cases
-- Denominator  n, how many closed cases have one
-- Cohort       durations.sql
-- Clock        as asked: from opening, acceptance or first dispatch; clock time or working time
-- Exclusions   open cases (the survival curve counts them in); closed cases without a duration are
--              counted under the reason
--
-- Percentiles are exact: of the n sorted durations `low` and `high` are the two between which
-- linear interpolation (Hyndman-Fan type 7, h = (n - 1) p) falls, `nearest` is the nearest rank
-- (type 1, the ceil(n p)-th). All comparisons are of integers.
WITH durations AS (
-- include durations.sql
),

ranked AS (
    SELECT
        key,
        duration,
        ROW_NUMBER() OVER (PARTITION BY key ORDER BY duration) AS rank,
        COUNT(*) OVER (PARTITION BY key) AS n
    FROM durations
    WHERE closed AND left_out IS NULL
),

spread AS (
    SELECT
        key,
        COUNT(*) AS n,
        SUM(duration) AS total_duration,
        MAX(duration) FILTER (WHERE (rank - 1) * 100 <= (n - 1) * 50) AS low_50,
        MIN(duration) FILTER (WHERE (rank - 1) * 100 >= (n - 1) * 50) AS high_50,
        MIN(duration) FILTER (WHERE rank * 100 >= n * 50) AS nearest_50,
        MAX(duration) FILTER (WHERE (rank - 1) * 100 <= (n - 1) * 75) AS low_75,
        MIN(duration) FILTER (WHERE (rank - 1) * 100 >= (n - 1) * 75) AS high_75,
        MIN(duration) FILTER (WHERE rank * 100 >= n * 75) AS nearest_75,
        MAX(duration) FILTER (WHERE (rank - 1) * 100 <= (n - 1) * 90) AS low_90,
        MIN(duration) FILTER (WHERE (rank - 1) * 100 >= (n - 1) * 90) AS high_90,
        MIN(duration) FILTER (WHERE rank * 100 >= n * 90) AS nearest_90,
        MAX(duration) FILTER (WHERE (rank - 1) * 100 <= (n - 1) * 95) AS low_95,
        MIN(duration) FILTER (WHERE (rank - 1) * 100 >= (n - 1) * 95) AS high_95,
        MIN(duration) FILTER (WHERE rank * 100 >= n * 95) AS nearest_95
    FROM ranked
    GROUP BY key
),

tally AS (
    SELECT
        key,
        COUNT(*) AS total,
        COUNT(*) FILTER (WHERE closed) AS closed,
        COUNT(*) FILTER (WHERE closed AND left_out = 'closed_before_start') AS closed_before_start,
        COUNT(*) FILTER (WHERE closed AND left_out = 'no_start') AS no_start,
        COUNT(*) FILTER (WHERE closed AND left_out = 'no_calendar') AS no_calendar
    FROM durations
    GROUP BY key
)

SELECT
    t.key, t.total, t.closed, t.closed_before_start, t.no_start, t.no_calendar,
    COALESCE(s.n, 0) AS n, s.total_duration,
    s.low_50, s.high_50, s.nearest_50,
    s.low_75, s.high_75, s.nearest_75,
    s.low_90, s.high_90, s.nearest_90,
    s.low_95, s.high_95, s.nearest_95
FROM tally t
LEFT JOIN spread s ON s.key IS NOT DISTINCT FROM t.key

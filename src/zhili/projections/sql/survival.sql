-- survival 生存曲线 (Kaplan-Meier), version 1: when a share of the cases is closed, open ones counted
--
-- Numerator    at each duration, the cases at risk that are not closed at it
-- Denominator  the cases at risk: all whose duration is at least that long
-- Cohort       durations.sql; n of them, `events` closed and the others censored at the as-of instant
-- Clock        as asked, see durations.sql
-- Exclusions   cases without a duration
--
-- For each of the shares 3/4, 1/2 and 1/4 two durations are given. Up to the first censored case the
-- curve is a quotient of two integers and both are exact. Beyond it logarithms of floats are added:
-- at `sure` the curve is certainly down to the share, before `maybe` it certainly is not. Where the
-- two differ the curve touches the share, and risk.sql gives the counts to multiply exactly.
WITH durations AS (
-- include durations.sql
),

sizes AS (
    SELECT key, COUNT(*) AS n, COUNT(*) FILTER (WHERE closed) AS events
    FROM durations
    WHERE left_out IS NULL
    GROUP BY key
),

ranked AS (
    -- how many cases of the key, and how many of them closed, had a shorter duration: ranks, since
    -- DuckDB takes them from the sorted rows, and adds up running sums three times as slowly
    SELECT
        key,
        duration,
        closed,
        RANK() OVER (PARTITION BY key ORDER BY duration) - 1 AS left_before,
        RANK() OVER (PARTITION BY key, closed ORDER BY duration) - 1 AS same_before
    FROM durations
    WHERE left_out IS NULL
),

steps AS (
    -- one row for each duration after which a case was closed: elsewhere the curve stays level
    SELECT
        r.key,
        r.duration,
        MAX(s.n) AS n,
        COUNT(*) AS events,
        MAX(s.n) - MIN(r.left_before) AS at_risk,
        MIN(r.left_before) - MIN(r.same_before) AS censored_before
    FROM ranked r
    JOIN sizes s ON s.key IS NOT DISTINCT FROM r.key
    WHERE r.closed
    GROUP BY r.key, r.duration
),

curve AS (
    SELECT
        key,
        duration,
        n,
        at_risk - events AS staying,
        censored_before = 0 AS exact,
        SUM(
            CASE
                WHEN events < at_risk THEN LN(
                    CAST(at_risk - events AS DOUBLE PRECISION) / CAST(at_risk AS DOUBLE PRECISION)
                )
                ELSE CAST(-1000 AS DOUBLE PRECISION)
            END
        ) OVER (PARTITION BY key ORDER BY duration ROWS UNBOUNDED PRECEDING) AS log_share
    FROM steps
)

SELECT
    s.key,
    MAX(s.n) AS n,
    MAX(s.events) AS events,
    MIN(c.duration) FILTER (WHERE CASE WHEN c.exact THEN 4 * c.staying <= 3 * c.n
        ELSE c.log_share <= LN(CAST(0.75 AS DOUBLE PRECISION)) + 0.00000001 END) AS maybe_75,
    MIN(c.duration) FILTER (WHERE CASE WHEN c.exact THEN 4 * c.staying <= 3 * c.n
        ELSE c.log_share <= LN(CAST(0.75 AS DOUBLE PRECISION)) - 0.00000001 END) AS sure_75,
    MIN(c.duration) FILTER (WHERE CASE WHEN c.exact THEN 2 * c.staying <= c.n
        ELSE c.log_share <= LN(CAST(0.5 AS DOUBLE PRECISION)) + 0.00000001 END) AS maybe_50,
    MIN(c.duration) FILTER (WHERE CASE WHEN c.exact THEN 2 * c.staying <= c.n
        ELSE c.log_share <= LN(CAST(0.5 AS DOUBLE PRECISION)) - 0.00000001 END) AS sure_50,
    MIN(c.duration) FILTER (WHERE CASE WHEN c.exact THEN 4 * c.staying <= c.n
        ELSE c.log_share <= LN(CAST(0.25 AS DOUBLE PRECISION)) + 0.00000001 END) AS maybe_25,
    MIN(c.duration) FILTER (WHERE CASE WHEN c.exact THEN 4 * c.staying <= c.n
        ELSE c.log_share <= LN(CAST(0.25 AS DOUBLE PRECISION)) - 0.00000001 END) AS sure_25
FROM sizes s
LEFT JOIN curve c ON c.key IS NOT DISTINCT FROM s.key
GROUP BY s.key

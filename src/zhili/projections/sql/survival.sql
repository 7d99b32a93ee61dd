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

steps AS (
    SELECT
        key, duration, COUNT(*) AS leaving, COUNT(*) FILTER (WHERE closed) AS events
    FROM durations
    WHERE left_out IS NULL
    GROUP BY key, duration
),

risk AS (
    SELECT
        key,
        duration,
        events,
        SUM(leaving) OVER (PARTITION BY key) AS n,
        SUM(leaving) OVER (PARTITION BY key) + leaving - SUM(leaving) OVER (
            PARTITION BY key ORDER BY duration ROWS UNBOUNDED PRECEDING
        ) AS at_risk,
        SUM(leaving - events) OVER (
            PARTITION BY key ORDER BY duration ROWS UNBOUNDED PRECEDING
        ) - (leaving - events) AS censored_before
    FROM steps
),

curve AS (
    SELECT
        key,
        duration,
        events,
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
    FROM risk
)

SELECT
    key,
    MAX(n) AS n,
    SUM(events) AS events,
    MIN(duration) FILTER (WHERE events > 0 AND CASE WHEN exact THEN 4 * staying <= 3 * n
        ELSE log_share <= LN(CAST(0.75 AS DOUBLE PRECISION)) + 0.00000001 END) AS maybe_75,
    MIN(duration) FILTER (WHERE events > 0 AND CASE WHEN exact THEN 4 * staying <= 3 * n
        ELSE log_share <= LN(CAST(0.75 AS DOUBLE PRECISION)) - 0.00000001 END) AS sure_75,
    MIN(duration) FILTER (WHERE events > 0 AND CASE WHEN exact THEN 2 * staying <= n
        ELSE log_share <= LN(CAST(0.5 AS DOUBLE PRECISION)) + 0.00000001 END) AS maybe_50,
    MIN(duration) FILTER (WHERE events > 0 AND CASE WHEN exact THEN 2 * staying <= n
        ELSE log_share <= LN(CAST(0.5 AS DOUBLE PRECISION)) - 0.00000001 END) AS sure_50,
    MIN(duration) FILTER (WHERE events > 0 AND CASE WHEN exact THEN 4 * staying <= n
        ELSE log_share <= LN(CAST(0.25 AS DOUBLE PRECISION)) + 0.00000001 END) AS maybe_25,
    MIN(duration) FILTER (WHERE events > 0 AND CASE WHEN exact THEN 4 * staying <= n
        ELSE log_share <= LN(CAST(0.25 AS DOUBLE PRECISION)) - 0.00000001 END) AS sure_25
FROM curve
GROUP BY key

-- wall echoes 回音用时, version 1: the middle of the times from posting to the echo
--
-- Numerator    the two middle times in order, one twice where their number is odd
-- Denominator  n: the items with an echo
-- Cohort       wall_cohort.sql
-- Clock        from when it was first posted to its last echo, in microseconds
-- Exclusions   items whose echo was overtaken: posted again, they wait for another one
WITH cohort AS (
-- include wall_cohort.sql
),

ranked AS (
    SELECT
        key,
        answered_at - accepted_at AS taken,
        ROW_NUMBER() OVER (PARTITION BY key ORDER BY answered_at - accepted_at) AS place,
        COUNT(*) OVER (PARTITION BY key) AS n
    FROM cohort
    WHERE posted AND echoed AND outcome IS NOT NULL
)

SELECT
    key,
    MAX(n) AS n,
    MIN(taken) AS low,
    MAX(taken) AS high
FROM ranked
WHERE 2 * place BETWEEN n AND n + 2
GROUP BY key

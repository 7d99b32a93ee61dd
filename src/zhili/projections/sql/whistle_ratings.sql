-- whistle ratings 双考核评价, version 1: the points that units and blowers were given (rulebook §4.4)
--
-- Numerator    points: the sum of the points given to a unit on a dimension
-- Denominator  n: how many times it was given points on it
-- Cohort       ratings given on the local days of the period, of the kind of whistle and the rated
--              unit asked for
-- Clock        none
-- Exclusions   ratings that are not published, unless the population is all
WITH span AS (
    SELECT zone, MIN(starts) AS first_at, MAX(ends) AS after_at
    FROM days
    WHERE day >= CAST(:first_day AS BIGINT) AND day < CAST(:after_day AS BIGINT)
    GROUP BY zone
)

SELECT
    r.unit,
    r.role AS dimension,
    COUNT(*) AS n,
    SUM(r.points) AS points
FROM parts r
JOIN cases c ON c.case_id = r.case_id AND c.case_type = 'whistle'
LEFT JOIN span p ON p.zone = c.zone
WHERE r.kind = 'rating'
    AND r.since <= CAST(:as_of AS BIGINT)
    AND (CAST(:population AS VARCHAR) = 'all' OR r.state = 'published')
    AND (CAST(:kind AS VARCHAR) IS NULL OR c.kind = CAST(:kind AS VARCHAR))
    AND (CAST(:unit AS VARCHAR) IS NULL OR r.unit = CAST(:unit AS VARCHAR))
    AND (
        CAST(:first_day AS BIGINT) IS NULL
        OR (r.since >= p.first_at AND r.since < p.after_at)
    )
GROUP BY r.unit, r.role

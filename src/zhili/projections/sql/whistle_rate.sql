-- whistle rate 吹哨率, version 1: whistles of every street beside its complaints (CHINA-2018)
--
-- Numerator    whistles the street has blown in the period and not cancelled
-- Denominator  complaints registered in the period for which the street is accountable
-- Cohort       whistle_calls.sql; complaints in the population, by the local day of registering
-- Clock        none
-- Exclusions   units that are no streets, unless they have blown; complaints outside the population
WITH calls AS (
-- include whistle_calls.sql
),

called AS (
    SELECT street, COUNT(*) AS whistles
    FROM calls
    WHERE counted
    GROUP BY street
),

asked AS (
    SELECT s.unit AS street, COUNT(*) AS complaints
    FROM cases c
    JOIN spells s
        ON s.case_id = c.case_id
        AND s.since <= CAST(:as_of AS BIGINT)
        AND (s.until IS NULL OR s.until > CAST(:as_of AS BIGINT))
    WHERE c.case_type = 'complaint'
        AND s.counted
        AND (CAST(:unit AS VARCHAR) IS NULL OR s.unit = CAST(:unit AS VARCHAR))
        AND (
            CAST(:first_day AS BIGINT) IS NULL
            OR (
                c.opened_day >= CAST(:first_day AS BIGINT)
                AND c.opened_day < CAST(:after_day AS BIGINT)
            )
        )
        AND (
            s.unit IN (SELECT street FROM called)
            OR EXISTS (
                SELECT 1 FROM units u
                WHERE u.unit = s.unit AND u.ancestor = s.unit AND u.level = 'street'
                    AND u.first_day <= c.opened_day AND c.opened_day < u.after_day
            )
        )
    GROUP BY s.unit
)

SELECT
    COALESCE(w.street, a.street) AS street,
    COALESCE(w.whistles, 0) AS whistles,
    COALESCE(a.complaints, 0) AS complaints
FROM called w
FULL JOIN asked a ON a.street = w.street

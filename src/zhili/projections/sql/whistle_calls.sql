-- whistle calls 吹哨, version 1: the whistles that a figure looks at, as they stood at the instant.
--
-- Numerator    none: the files that include this one count its rows
-- Denominator  counted: whistles that were blown and not cancelled
-- Cohort       whistles blown up to the as-of instant, on the local days of the period, of the kind
--              and the street (unit) asked for
-- Key          the dimension asked for: street, kind, month (of the blowing), or department; then
--              a whistle stands under each unit that it summoned. Any other is no dimension.
-- Clock        instants are microseconds since 1970-01-01 UTC
-- Exclusions   whistles returned at review or never blown; one that was cancelled after it was
--              blown is here and not counted; a unit released or replaced takes no part
WITH span AS (
    SELECT zone, MIN(starts) AS first_at, MAX(ends) AS after_at
    FROM days
    WHERE day >= CAST(:first_day AS BIGINT) AND day < CAST(:after_day AS BIGINT)
    GROUP BY zone
),

blown AS (
    SELECT
        c.case_id, c.kind, c.zone, c.repeats, c.accepted_at AS blown_at,
        CASE WHEN c.settled_at <= CAST(:as_of AS BIGINT) THEN c.settled_at END AS settled_at,
        b.unit AS street, s.outcome, s.counted, s.closed
    FROM cases c
    JOIN spells s
        ON s.case_id = c.case_id
        AND s.since <= CAST(:as_of AS BIGINT)
        AND (s.until IS NULL OR s.until > CAST(:as_of AS BIGINT))
    JOIN parts b ON b.case_id = c.case_id AND b.kind = 'blower'
    LEFT JOIN span p ON p.zone = c.zone
    WHERE c.case_type = 'whistle'
        AND c.accepted_at <= CAST(:as_of AS BIGINT)
        AND (CAST(:kind AS VARCHAR) IS NULL OR c.kind = CAST(:kind AS VARCHAR))
        AND (CAST(:unit AS VARCHAR) IS NULL OR b.unit = CAST(:unit AS VARCHAR))
        AND (
            CAST(:first_day AS BIGINT) IS NULL
            OR (c.accepted_at >= p.first_at AND c.accepted_at < p.after_at)
        )
)

SELECT
    x.case_id,
    CASE CAST(:by AS VARCHAR)
        WHEN 'street' THEN x.street
        WHEN 'kind' THEN x.kind
        WHEN 'month' THEN d.month
        WHEN 'department' THEN u.unit
    END AS key,
    u.unit AS department,
    COALESCE(u.state NOT IN ('released', 'replaced'), TRUE) AS takes_part,
    x.street, x.blown_at, x.settled_at, x.outcome, x.counted, x.closed, x.repeats
FROM blown x
LEFT JOIN days d
    ON CAST(:by AS VARCHAR) = 'month'
    AND d.zone = x.zone AND d.starts <= x.blown_at AND x.blown_at < d.ends
LEFT JOIN parts u
    ON CAST(:by AS VARCHAR) = 'department' AND u.case_id = x.case_id AND u.kind = 'summons'

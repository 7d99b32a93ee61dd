-- cohort, version 1: the cases that a statistic looks at, as they stood at the as-of instant.
--
-- Cohort       cases of one type whose spell at the as-of instant exists (since <= T < until), after
--              the filters; with a period, those whose opening or closing lies on its local days.
-- Key          the dimension asked for, without spaces around it, blank as NULL. A level above the unit is the unit's
--              ancestor in the organisation of the local day that the period is about.
-- Clock        instants are microseconds since 1970-01-01 UTC, days are local days of the case.
--              closed_at is the last closing that lies at or before T; where a later closing has
--              taken its place in the row, it is the end of the last spell that was not closed.
-- Apart        left_out names the state of a case outside the population: counted, never divided by.
-- Limits       category, type, division, channel, kind, grade, due_at, flags and whether it is
--              excluded are those of the register, which keeps one row a case. So for a T in the
--              past the engine runs this over the register as it stood at T.
WITH standing AS (
    SELECT
        c.case_id, c.kind, c.category, c.type, c.division, c.channel, c.grade, c.zone, c.flags,
        c.opened_at, c.accepted_at, c.dispatched_at, c.due_at,
        c.opened_day, c.opened_month,
        CASE WHEN c.closed_at <= CAST(:as_of AS BIGINT) THEN c.closed_at END AS last_closed_at,
        c.closed_day, c.closed_month,
        c.outcome_unknown, c.excluded,
        s.state, s.unit, s.outcome, s.on_time, s.counted, s.closed, s.ended
    FROM cases c
    JOIN spells s
        ON s.case_id = c.case_id
        AND s.since <= CAST(:as_of AS BIGINT)
        AND (s.until IS NULL OR s.until > CAST(:as_of AS BIGINT))
    WHERE c.case_type = CAST(:case_type AS VARCHAR)
        AND (CAST(:unit AS VARCHAR) IS NULL OR s.unit = CAST(:unit AS VARCHAR))
        AND (CAST(:category AS VARCHAR) IS NULL OR c.category = CAST(:category AS VARCHAR))
        AND (CAST(:type AS VARCHAR) IS NULL OR c.type = CAST(:type AS VARCHAR))
        AND (CAST(:division AS VARCHAR) IS NULL OR c.division = CAST(:division AS VARCHAR))
        AND (CAST(:channel AS VARCHAR) IS NULL OR c.channel = CAST(:channel AS VARCHAR))
        AND (CAST(:kind AS VARCHAR) IS NULL OR c.kind = CAST(:kind AS VARCHAR))
        AND (CAST(:source AS VARCHAR) IS NULL OR c.source = CAST(:source AS VARCHAR))
),

closed_before AS (
    -- an ended spell comes first here: seen from today there is hardly any, and nothing is scanned
    SELECT
        n.case_id,
        MIN(c.zone) AS zone,
        COALESCE(
            MAX(s.until) FILTER (WHERE NOT s.closed), MIN(s.since)
        ) AS closed_at
    FROM spells n
    JOIN cases c ON c.case_id = n.case_id
    JOIN spells s ON s.case_id = n.case_id AND s.since <= CAST(:as_of AS BIGINT)
    WHERE n.closed
        AND n.since <= CAST(:as_of AS BIGINT)
        AND n.until > CAST(:as_of AS BIGINT)
        AND (c.closed_at IS NULL OR c.closed_at > CAST(:as_of AS BIGINT))
    GROUP BY n.case_id
),

closed_before_day AS (
    SELECT b.case_id, b.closed_at, d.day AS closed_day, d.month AS closed_month
    FROM closed_before b
    LEFT JOIN days d ON d.zone = b.zone AND d.starts <= b.closed_at AND b.closed_at < d.ends
),

dated AS (
    SELECT
        x.case_id, x.kind, x.category, x.type, x.division, x.channel, x.grade, x.zone, x.flags,
        x.opened_at, x.accepted_at, x.dispatched_at, x.due_at, x.opened_month,
        x.outcome_unknown, x.excluded,
        x.state, x.unit, x.outcome, x.on_time, x.counted, x.ended, x.closed,
        CASE WHEN x.closed THEN COALESCE(x.last_closed_at, b.closed_at) END AS closed_at,
        CASE
            WHEN NOT x.closed THEN NULL
            WHEN x.last_closed_at IS NULL THEN b.closed_month
            ELSE x.closed_month
        END AS closed_month,
        CASE
            WHEN CAST(:on AS VARCHAR) = 'opened' THEN x.opened_day
            WHEN NOT x.closed THEN NULL
            WHEN x.last_closed_at IS NULL THEN b.closed_day
            ELSE x.closed_day
        END AS day
    FROM standing x
    LEFT JOIN closed_before_day b ON b.case_id = x.case_id
)

SELECT
    NULLIF(TRIM(
        CASE CAST(:by AS VARCHAR)
            WHEN 'unit' THEN x.unit
            WHEN 'category' THEN x.category
            WHEN 'type' THEN x.type
            WHEN 'division' THEN x.division
            WHEN 'channel' THEN x.channel
            WHEN 'kind' THEN x.kind
            WHEN 'grade' THEN x.grade
            WHEN 'month' THEN
                CASE
                    WHEN CAST(:on AS VARCHAR) = 'opened' THEN x.opened_month
                    ELSE x.closed_month
                END
            ELSE a.ancestor
        END
    ), '') AS key,
    CASE
        WHEN CAST(:population AS VARCHAR) = 'all' OR x.counted THEN NULL
        WHEN x.excluded AND (x.closed OR NOT x.ended) THEN 'excluded'
        ELSE x.state
    END AS left_out,
    x.closed,
    x.closed AND x.outcome = 'solved' AS solved,
    x.closed AND x.outcome_unknown AS outcome_unknown,
    CASE
        WHEN x.on_time IS NOT NULL THEN x.on_time
        WHEN x.closed THEN x.closed_at <= x.due_at
    END AS on_time,
    -- a case in the ledger is not past due: its clock stands still
    x.due_at IS NOT NULL AND NOT x.ended AND x.on_time IS NULL AND x.state <> 'ledgered'
        AND x.due_at < CAST(:as_of AS BIGINT) AS past_due,
    x.due_at IS NOT NULL AS has_due,
    x.opened_at,
    x.accepted_at,
    x.dispatched_at,
    x.closed_at,
    x.zone,
    x.flags
FROM dated x
LEFT JOIN units a
    ON a.unit = x.unit AND a.level = CAST(:by AS VARCHAR)
    AND a.first_day <= x.day AND x.day < a.after_day
LEFT JOIN units w
    ON w.unit = x.unit AND w.ancestor = CAST(:within AS VARCHAR)
    AND w.first_day <= x.day AND x.day < w.after_day
WHERE (CAST(:within AS VARCHAR) IS NULL OR w.unit IS NOT NULL)
    AND (
        CAST(:first_day AS BIGINT) IS NULL
        OR (x.day >= CAST(:first_day AS BIGINT) AND x.day < CAST(:after_day AS BIGINT))
    )

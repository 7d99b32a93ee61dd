-- durations, version 1: how long each case took, or has been open, in microseconds.
--
-- Cohort       cohort.sql, in the population
-- Clock        from the opening, the acceptance or the first dispatch to the last closing; for open
--              cases to the as-of instant. Working time is what falls into the business hours of
--              working days, by the calendar, on the local days of the case.
-- Exclusions   left_out says why a case has no duration: no_start, closed_before_start, no_calendar
WITH cohort AS (
-- include cohort.sql
),

hours AS (
    -- a local day touches two days of UTC; one row for each makes the lookup an equality
    SELECT
        zone, starts, ends, opens, closes, working, before,
        starts - MOD(MOD(starts, 86400000000) + 86400000000, 86400000000) AS bucket
    FROM days
    WHERE CAST(:hours AS VARCHAR) = 'working'
    UNION
    SELECT
        zone, starts, ends, opens, closes, working, before,
        ends - 1 - MOD(MOD(ends - 1, 86400000000) + 86400000000, 86400000000) AS bucket
    FROM days
    WHERE CAST(:hours AS VARCHAR) = 'working'
),

spans AS (
    SELECT
        key,
        closed,
        zone,
        CASE CAST(:start AS VARCHAR)
            WHEN 'accepted' THEN accepted_at
            WHEN 'dispatched' THEN dispatched_at
            ELSE opened_at
        END AS started_at,
        CASE WHEN closed THEN closed_at ELSE CAST(:as_of AS BIGINT) END AS ended_at
    FROM cohort
    WHERE left_out IS NULL
),

measured AS (
    SELECT
        x.key,
        x.closed,
        x.started_at,
        x.ended_at,
        CASE
            WHEN CAST(:hours AS VARCHAR) = 'working' THEN
                e.before - b.before
                + CASE
                    WHEN e.working THEN GREATEST(0, LEAST(x.ended_at, e.closes) - e.opens)
                    ELSE 0
                END
                - CASE
                    WHEN b.working THEN GREATEST(0, LEAST(x.started_at, b.closes) - b.opens)
                    ELSE 0
                END
            ELSE x.ended_at - x.started_at
        END AS duration
    FROM spans x
    LEFT JOIN hours b
        ON b.zone = x.zone
        AND b.bucket
            = x.started_at - MOD(MOD(x.started_at, 86400000000) + 86400000000, 86400000000)
        AND b.starts <= x.started_at AND x.started_at < b.ends
    LEFT JOIN hours e
        ON e.zone = x.zone
        AND e.bucket = x.ended_at - MOD(MOD(x.ended_at, 86400000000) + 86400000000, 86400000000)
        AND e.starts <= x.ended_at AND x.ended_at < e.ends
)

SELECT
    key,
    closed,
    CASE
        WHEN started_at IS NULL OR started_at > CAST(:as_of AS BIGINT) THEN 'no_start'
        WHEN ended_at < started_at THEN 'closed_before_start'
        WHEN duration IS NULL THEN 'no_calendar'
    END AS left_out,
    duration
FROM measured

-- wall figures 问题墙统计, version 1: what became of what was collected (§5.4)
--
-- Numerator    resolved; explained; in progress: in work here, or transferred and in work there;
--              echoed; kept and broken promises; votes on every echo, by what they say
-- Denominator  collected; posted; resolved and explained (echoes); kept and broken (promises)
-- Cohort       wall_cohort.sql
-- Clock        the promised day in force; a promise is broken when its day is over, marked or not,
--              and stays broken when the item is posted again
-- Exclusions   promises not due yet are pending; those lifted by an explanation or a transfer in
--              time are none; unreported is posted less resolved, in progress and explained
WITH cohort AS (
-- include wall_cohort.sql
),

votes AS (
    SELECT
        v.case_id,
        COUNT(*) FILTER (WHERE v.state = 'satisfied') AS satisfied,
        COUNT(*) FILTER (WHERE v.state = 'basically_satisfied') AS basically_satisfied,
        COUNT(*) FILTER (WHERE v.state = 'dissatisfied') AS dissatisfied
    FROM parts v
    INNER JOIN cohort ON cohort.case_id = v.case_id
    WHERE v.kind = 'vote' AND v.since <= CAST(:as_of AS BIGINT)
    GROUP BY v.case_id
)

SELECT
    x.key,
    COUNT(*) AS collected,
    COUNT(*) FILTER (WHERE x.state = 'not_posted') AS refused,
    COUNT(*) FILTER (WHERE x.state = 'merged') AS merged,
    COUNT(*) FILTER (WHERE x.posted) AS posted,
    COUNT(*) FILTER (WHERE x.posted AND x.claimed) AS claimed,
    COUNT(*) FILTER (WHERE x.posted AND x.outcome = 'solved') AS resolved,
    COUNT(*) FILTER (WHERE x.posted AND x.outcome = 'explained') AS explained,
    COUNT(*) FILTER (WHERE x.state IN ('in_progress', 'transferred')) AS in_progress,
    COUNT(*) FILTER (WHERE x.state = 'transferred') AS transferred,
    COUNT(*) FILTER (WHERE x.posted AND x.echoed AND x.outcome IS NOT NULL) AS echoed,
    COUNT(*) FILTER (WHERE x.on_time AND NOT x.ever_broken) AS kept,
    COUNT(*) FILTER (WHERE x.on_time AND NOT x.ever_broken AND NOT x.changed) AS kept_first,
    COUNT(*) FILTER (WHERE x.ever_broken OR (x.on_time IS NULL AND x.past_due)) AS broken,
    COUNT(*) FILTER (WHERE NOT x.ever_broken AND x.on_time IS NULL AND NOT x.past_due) AS pending,
    COUNT(*) FILTER (WHERE x.changed) AS changed,
    COALESCE(SUM(votes.satisfied), 0) AS satisfied,
    COALESCE(SUM(votes.basically_satisfied), 0) AS basically_satisfied,
    COALESCE(SUM(votes.dissatisfied), 0) AS dissatisfied
FROM cohort x
LEFT JOIN votes ON votes.case_id = x.case_id
GROUP BY x.key

-- wall_cohort, version 1: the items of walls that the figures look at, as they stood at an instant.
--
-- Cohort       items collected by :as_of, of :village and :category if given, and collected on the
--              local days from :first_day up to and without :after_day if given
-- Key          the dimension asked for: category, village, or the local month of collecting
-- Clock        instants are microseconds since 1970-01-01 UTC; state, outcome and whether the
--              promise was kept are those of the spell at :as_of; that one was ever broken is
--              flagged; a promise runs while the item is planned or in progress
-- Apart        items that were merged or not posted are counted as such and were never posted
-- Limits       what is no spell is as the register has it; for a past instant the engine runs this
--              over the register as it stood then
SELECT
    c.case_id,
    CASE CAST(:by AS VARCHAR)
        WHEN 'category' THEN c.category
        WHEN 'village' THEN c.village
        WHEN 'month' THEN c.opened_month
    END AS key,
    c.type,
    s.state,
    s.outcome,
    s.on_time,
    c.accepted_at IS NOT NULL AS posted,
    c.dispatched_at IS NOT NULL AS claimed,
    c.answered_at IS NOT NULL AS echoed,
    c.extensions > 0 AS changed,
    CASE
        WHEN s.state IN ('planned', 'in_progress') THEN c.due_at < CAST(:as_of AS BIGINT)
    END AS past_due,
    COALESCE(REPLACE(c.flags, 'promise_broken', '') <> c.flags, FALSE) AS ever_broken,
    c.accepted_at,
    c.answered_at
FROM cases c
INNER JOIN spells s
    ON s.case_id = c.case_id
    AND s.since <= CAST(:as_of AS BIGINT)
    AND (s.until IS NULL OR s.until > CAST(:as_of AS BIGINT))
WHERE c.case_type = 'wall'
    AND (CAST(:village AS VARCHAR) IS NULL OR c.village = CAST(:village AS VARCHAR))
    AND (CAST(:category AS VARCHAR) IS NULL OR c.category = CAST(:category AS VARCHAR))
    AND (CAST(:first_day AS BIGINT) IS NULL OR c.opened_day >= CAST(:first_day AS BIGINT))
    AND (CAST(:after_day AS BIGINT) IS NULL OR c.opened_day < CAST(:after_day AS BIGINT))

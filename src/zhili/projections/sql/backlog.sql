-- backlog, version 1: open cases by age 积压.
--
-- cohort       cases of :case_type that at :as_of stood in the default population (accepted or
--              imported, not left out) and in no ended state, by the spell of that instant
-- counts       for every edge, the cases at least that many whole days (of 24 hours) old:
--              the engine subtracts neighbours to get the bands
-- clock        from opening (registered, or opened at the source) to :as_of
-- exclusions   answered, not_accepted, referred_out, withdrawn, terminated, merged, excluded
-- groups       unit and state are those of :as_of; a level of the organisation is that of the
--              unit on the local day of :as_of; anything else is as the register has it, which
--              for an instant in the past is the register as it stood then
WITH asked AS (
    SELECT
        CAST(:as_of AS BIGINT) AS instant,
        CAST(:as_of_day AS BIGINT) AS local_day,
        CAST(:dimension AS VARCHAR) AS dimension,
        CAST(:case_type AS VARCHAR) AS case_type,
        CAST(:unit AS VARCHAR) AS unit,
        CAST(:inside AS VARCHAR) AS inside
),
of_the_day AS (
    SELECT units.unit, units.level, units.ancestor
    FROM units
    CROSS JOIN asked
    WHERE units.first_day <= asked.local_day
      AND asked.local_day < units.after_day
),
above AS (
    -- of several above of one level only the nearest has it (see `units`)
    SELECT of_the_day.unit, of_the_day.ancestor
    FROM of_the_day
    CROSS JOIN asked
    WHERE of_the_day.level = asked.dimension
),
standing AS (
    SELECT
        cases.opened_at,
        CASE asked.dimension
            WHEN 'unit' THEN spells.unit
            WHEN 'state' THEN spells.state
            WHEN 'kind' THEN cases.kind
            WHEN 'category' THEN cases.category
            WHEN 'type' THEN cases.type
            WHEN 'division' THEN cases.division
            WHEN 'channel' THEN cases.channel
            WHEN 'grade' THEN cases.grade
            WHEN 'month' THEN cases.opened_month
            ELSE above.ancestor
        END AS named
    FROM spells
    CROSS JOIN asked
    INNER JOIN cases ON cases.case_id = spells.case_id
    LEFT JOIN above ON above.unit = spells.unit
    WHERE spells.since <= asked.instant
      AND (spells.until IS NULL OR asked.instant < spells.until)
      AND spells.counted
      AND NOT spells.ended
      AND cases.case_type = asked.case_type
      AND (asked.unit IS NULL OR spells.unit = asked.unit)
      AND (
          asked.inside IS NULL
          OR spells.unit IN (
              SELECT of_the_day.unit
              FROM of_the_day
              CROSS JOIN asked AS again
              WHERE of_the_day.ancestor = again.inside
          )
      )
),
aged AS (
    SELECT
        NULLIF(TRIM(standing.named), '') AS named,
        asked.instant - standing.opened_at AS age
    FROM standing
    CROSS JOIN asked
)
SELECT
    named,
    COUNT(*) AS total,
    COUNT(*) FILTER (WHERE age >= CAST(:edge_1 AS BIGINT) * 86400000000),
    COUNT(*) FILTER (WHERE age >= CAST(:edge_2 AS BIGINT) * 86400000000),
    COUNT(*) FILTER (WHERE age >= CAST(:edge_3 AS BIGINT) * 86400000000),
    COUNT(*) FILTER (WHERE age >= CAST(:edge_4 AS BIGINT) * 86400000000),
    COUNT(*) FILTER (WHERE age >= CAST(:edge_5 AS BIGINT) * 86400000000),
    COUNT(*) FILTER (WHERE age >= CAST(:edge_6 AS BIGINT) * 86400000000),
    COUNT(*) FILTER (WHERE age >= CAST(:edge_7 AS BIGINT) * 86400000000),
    COUNT(*) FILTER (WHERE age >= CAST(:edge_8 AS BIGINT) * 86400000000),
    COUNT(*) FILTER (WHERE age >= CAST(:edge_9 AS BIGINT) * 86400000000),
    COUNT(*) FILTER (WHERE age >= CAST(:edge_10 AS BIGINT) * 86400000000),
    COUNT(*) FILTER (WHERE age >= CAST(:edge_11 AS BIGINT) * 86400000000),
    COUNT(*) FILTER (WHERE age >= CAST(:edge_12 AS BIGINT) * 86400000000)
FROM aged
GROUP BY named

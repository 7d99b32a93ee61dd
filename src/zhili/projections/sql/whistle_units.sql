-- whistle units 报到, version 1: how the summoned units reported in (rulebook §4.3)
--
-- Numerator    in_time: units that reported in by their limit
-- Denominator  in_time + late + absent: units summoned, without those that are still awaited
-- Cohort       the units of the whistles of whistle_calls.sql
-- Clock        report_in of each unit, from its summons
-- Exclusions   units released or replaced are counted apart; so are no_shows, units that were
--              missed when they were due: absent, or late if they came after all
WITH calls AS (
-- include whistle_calls.sql
),

summoned AS (
    SELECT
        c.key, p.on_time, p.missed, p.arrived_at,
        p.state NOT IN ('released', 'replaced') AS takes_part
    FROM calls c
    JOIN parts p
        ON p.case_id = c.case_id AND p.kind = 'summons'
        AND (c.department IS NULL OR p.unit = c.department)
    WHERE c.counted
)

SELECT
    key,
    COUNT(*) FILTER (WHERE takes_part) AS summoned,
    COUNT(*) FILTER (WHERE NOT takes_part) AS released,
    COUNT(*) FILTER (WHERE takes_part AND arrived_at IS NOT NULL AND on_time) AS in_time,
    COUNT(*) FILTER (WHERE takes_part AND arrived_at IS NOT NULL AND NOT on_time) AS late,
    COUNT(*) FILTER (WHERE takes_part AND arrived_at IS NULL AND missed) AS absent,
    COUNT(*) FILTER (WHERE takes_part AND arrived_at IS NULL AND NOT missed) AS awaited,
    COUNT(*) FILTER (WHERE takes_part AND missed) AS no_shows
FROM summoned
GROUP BY key

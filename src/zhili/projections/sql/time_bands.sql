-- distribution of the time to close 办理时长分布, version 1: the closed cases in bands of duration
--
-- Numerator    at each edge, the closed cases that took at least that many hours: the engine
--              subtracts neighbours to get the bands
-- Denominator  n, how many closed cases have a duration
-- Cohort       durations.sql
-- Clock        as asked, see durations.sql
-- Exclusions   open cases; closed cases without a duration are counted under left_out
WITH durations AS (
-- include durations.sql
)

SELECT
    key,
    COUNT(*) FILTER (WHERE left_out IS NULL) AS n,
    COUNT(*) FILTER (WHERE left_out IS NOT NULL) AS left_out,
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_1 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_2 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_3 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_4 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_5 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_6 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_7 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_8 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_9 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_10 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_11 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_12 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_13 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_14 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_15 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_16 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_17 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_18 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_19 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_20 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_21 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_22 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_23 AS BIGINT) * 3600000000),
    COUNT(*) FILTER (WHERE left_out IS NULL AND duration >= CAST(:hour_24 AS BIGINT) * 3600000000)
FROM durations
WHERE closed
GROUP BY key

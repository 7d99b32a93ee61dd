-- newest instant 最新时刻, version 1: the newest opening or closing in the record
--
-- Numerator    none
-- Denominator  none
-- Cohort       every case of the type, whatever its state
-- Clock        none
-- Exclusions   none
SELECT GREATEST(MAX(opened_at), MAX(closed_at)) AS newest
FROM cases
WHERE case_type = CAST(:case_type AS VARCHAR)

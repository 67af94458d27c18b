SELECT p.phase || CASE
    WHEN p.blocks_total > 0 THEN ', ' || 100 * p.blocks_done / p.blocks_total || ' %'
    WHEN p.tuples_total > 0 THEN ', ' || 100 * p.tuples_done / p.tuples_total || ' %'
    WHEN p.lockers_total > 0 THEN ', ' || p.lockers_done || ' of ' || p.lockers_total || ' gone'
    ELSE '' END AS words
FROM pg_catalog.pg_stat_progress_create_index p
WHERE p.pid = $1

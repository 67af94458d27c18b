WITH made AS (
    SELECT 'pg_catalog.pg_proc'::regclass AS class, p.oid
    FROM pg_catalog.pg_proc AS p
    WHERE p.proname = 'schema_diff_uses' AND p.pronamespace = pg_catalog.pg_my_temp_schema()
    UNION ALL
    SELECT 'pg_catalog.pg_rewrite'::regclass, r.oid
    FROM pg_catalog.pg_rewrite AS r
    JOIN pg_catalog.pg_class AS v ON v.oid = r.ev_class
    WHERE v.relname = 'schema_diff_uses' AND v.relnamespace = pg_catalog.pg_my_temp_schema()
)
SELECT n.nspname || '.' || c.relname AS relation, a.attname::text AS name, a.attnum AS number
FROM made
JOIN pg_catalog.pg_depend AS d ON d.classid = made.class AND d.objid = made.oid
JOIN pg_catalog.pg_class AS c ON c.oid = d.refobjid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0
  AND n.oid <> pg_catalog.pg_my_temp_schema()

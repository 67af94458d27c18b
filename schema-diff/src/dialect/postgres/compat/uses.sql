SELECT n.nspname || '.' || c.relname AS relation, a.attname::text AS name, a.attnum AS number
FROM pg_catalog.pg_depend AS d
JOIN pg_catalog.pg_proc AS p ON p.oid = d.objid AND p.proname = 'schema_diff_uses'
JOIN pg_catalog.pg_class AS c ON c.oid = d.refobjid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_catalog.pg_proc'::regclass
  AND d.refclassid = 'pg_catalog.pg_class'::regclass
  AND d.refobjsubid > 0
  AND p.pronamespace = pg_catalog.pg_my_temp_schema()

SELECT
    t.oid::int8 AS oid,
    pg_catalog.format_type(t.oid, NULL) AS name,
    t.typbasetype::int8 AS base,
    CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END::int8 AS element,
    ARRAY(
        SELECT e.enumlabel::text FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder
    ) AS labels
FROM pg_catalog.pg_type AS t
LEFT JOIN pg_catalog.pg_type AS element ON element.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = coalesce(nullif(t.typrelid, 0), element.typrelid)
WHERE c.oid IS NULL OR c.relkind = 'c'

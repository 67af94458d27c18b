-- Columns, without their numbers: a column's place has no meaning for us. Manual: pg_attribute, pg_attrdef.
-- Reading a row as jsonb gives NULL for what an older server's catalog lacks.
SELECT
    format('column %s.%s.%s', n.nspname, c.relname, a.attname),
    v.attribute,
    v.value
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
CROSS JOIN LATERAL (VALUES
    ('type', format_type(a.atttypid, a.atttypmod)),
    ('not null', a.attnotnull::text),
    ('default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END),
    ('generated', CASE WHEN a.attgenerated <> '' THEN format('%s %s', a.attgenerated, pg_get_expr(d.adbin, d.adrelid)) END),
    ('identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END),
    ('collation', (SELECT format('%s.%s', cn.nspname, co.collname) FROM pg_collation co
        JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation)),
    ('storage', CASE WHEN c.relkind IN ('r', 'p', 'f', 'm') THEN a.attstorage::text END),
    -- From 14 on; empty means that the setting default_toast_compression decides.
    ('compression', nullif(to_jsonb(a) ->> 'attcompression', '')),
    -- -1 up to 16 and NULL from 17 on mean that default_statistics_target decides.
    ('statistics target', nullif(to_jsonb(a) ->> 'attstattarget', '-1')),
    ('options', (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(a.attoptions) o)),
    ('foreign options', (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(a.attfdwoptions) o)),
    ('inherited', CASE WHEN a.attinhcount > 0 THEN format('from %s, %s', a.attinhcount,
        CASE WHEN a.attislocal THEN 'also declared here' ELSE 'only' END) END)
) v (attribute, value)
WHERE n.nspname = ANY ($1)
    AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
    AND a.attnum > 0
    AND NOT a.attisdropped
    AND NOT EXISTS (SELECT FROM pg_depend e
        WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')

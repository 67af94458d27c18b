-- Indexes. Manual: pg_index.
SELECT
    format('index %s.%s on %s', n.nspname, c.relname, t.relname),
    a.attribute,
    a.value
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('definition', pg_get_indexdef(i.indexrelid)),
    ('valid', i.indisvalid::text),
    ('ready', i.indisready::text),
    ('live', i.indislive::text),
    ('primary', i.indisprimary::text),
    ('immediate', i.indimmediate::text),
    ('replica identity', i.indisreplident::text),
    ('clustered', i.indisclustered::text),
    ('tablespace', (SELECT s.spcname::text FROM pg_tablespace s WHERE s.oid = c.reltablespace)),
    ('partition of', (SELECT h.inhparent::regclass::text FROM pg_inherits h WHERE h.inhrelid = c.oid)),
    ('statistics targets', (SELECT string_agg(format('%s: %s', k.attnum, to_jsonb(k) ->> 'attstattarget'), ', ' ORDER BY k.attnum)
        FROM pg_attribute k WHERE k.attrelid = c.oid AND nullif(to_jsonb(k) ->> 'attstattarget', '-1') IS NOT NULL))
) a (attribute, value)
WHERE n.nspname = ANY ($1)
    AND t.relkind IN ('r', 'p', 'm')
    AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = t.oid AND d.deptype = 'e')

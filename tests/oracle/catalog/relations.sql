-- Tables, views, materialized views, sequences, composite types: what pg_class says. Manual: pg_class, pg_inherits,
-- pg_foreign_table, pg_partitioned_table.
SELECT
    format('%s %s.%s',
        CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
            WHEN 'c' THEN 'composite type' ELSE 'table' END,
        n.nspname, c.relname),
    a.attribute,
    a.value
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('kind', CASE c.relkind WHEN 'r' THEN 'ordinary' WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign'
        ELSE c.relkind::text END),
    ('persistence', CASE c.relpersistence WHEN 'p' THEN 'permanent' WHEN 'u' THEN 'unlogged' ELSE 'temporary' END),
    ('owner', pg_get_userbyid(c.relowner)::text),
    ('options', (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(c.reloptions) o)),
    ('toast options',
        (SELECT string_agg(o, ', ' ORDER BY o) FROM pg_class t, unnest(t.reloptions) o WHERE t.oid = c.reltoastrelid)),
    ('access method', (SELECT am.amname::text FROM pg_am am WHERE am.oid = c.relam)),
    ('tablespace', (SELECT s.spcname::text FROM pg_tablespace s WHERE s.oid = c.reltablespace)),
    ('row level security', CASE WHEN c.relkind IN ('r', 'p') THEN c.relrowsecurity::text END),
    ('forced row level security', CASE WHEN c.relkind IN ('r', 'p') THEN c.relforcerowsecurity::text END),
    ('replica identity', CASE WHEN c.relkind IN ('r', 'p') THEN c.relreplident::text END),
    ('typed', CASE WHEN c.reloftype <> 0 THEN c.reloftype::regtype::text END),
    ('populated', CASE WHEN c.relkind = 'm' THEN c.relispopulated::text END),
    ('inherits', (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)
        FROM pg_inherits i WHERE i.inhrelid = c.oid)),
    ('partition key', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END),
    ('partition bound', pg_get_expr(c.relpartbound, c.oid)),
    ('foreign server', (SELECT s.srvname::text FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver
        WHERE f.ftrelid = c.oid)),
    ('foreign options', (SELECT string_agg(o, ', ' ORDER BY o) FROM pg_foreign_table f, unnest(f.ftoptions) o
        WHERE f.ftrelid = c.oid))
) a (attribute, value)
WHERE n.nspname = ANY ($1)
    AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')
    AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')

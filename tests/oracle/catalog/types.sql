-- Enums, domains, ranges, and the owners of all named types. Manual: pg_type, pg_enum, pg_range.
SELECT
    format('type %s.%s', n.nspname, t.typname),
    a.attribute,
    a.value
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_range r ON r.rngtypid = t.oid
CROSS JOIN LATERAL (VALUES
    ('kind', CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' WHEN 'c' THEN 'composite'
        ELSE t.typtype::text END),
    ('owner', pg_get_userbyid(t.typowner)::text),
    ('labels', (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
        FROM pg_enum e WHERE e.enumtypid = t.oid)),
    ('base type', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END),
    ('not null', CASE WHEN t.typtype = 'd' THEN t.typnotnull::text END),
    ('default', t.typdefault),
    ('collation', CASE WHEN t.typtype = 'd' THEN (SELECT format('%s.%s', cn.nspname, co.collname) FROM pg_collation co
        JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = t.typcollation) END),
    ('subtype', r.rngsubtype::regtype::text),
    ('subtype operator class', (SELECT o.opcname::text FROM pg_opclass o WHERE o.oid = r.rngsubopc)),
    ('subtype difference', nullif(r.rngsubdiff::oid, 0)::regproc::text),
    ('canonical', nullif(r.rngcanonical::oid, 0)::regproc::text)
) a (attribute, value)
WHERE n.nspname = ANY ($1)
    -- Not the row types of tables, nor array and multirange types, which come with others.
    AND (t.typtype IN ('e', 'd', 'r')
        OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')
        OR t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = t.oid))
    AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')

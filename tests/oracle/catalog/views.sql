-- What views select, and rules. Manual: pg_rewrite.
SELECT
    format('%s %s.%s', CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END, n.nspname, c.relname),
    'definition',
    pg_get_viewdef(c.oid)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1)
    AND c.relkind IN ('v', 'm')
    AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT
    format('rule %s.%s.%s', n.nspname, c.relname, r.rulename),
    a.attribute,
    a.value
FROM pg_rewrite r
JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('definition', pg_get_ruledef(r.oid)),
    ('enabled', r.ev_enabled::text)
) a (attribute, value)
WHERE n.nspname = ANY ($1) AND r.rulename <> '_RETURN'

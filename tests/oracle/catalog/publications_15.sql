-- From 15 on a publication may take some columns and rows of a table, or a whole schema. Manual: pg_publication_rel,
-- pg_publication_namespace.
SELECT
    format('publication %s', p.pubname),
    format('table %s %s', r.prrelid::regclass, a.attribute),
    a.value
FROM pg_publication p
JOIN pg_publication_rel r ON r.prpubid = p.oid
JOIN pg_class c ON c.oid = r.prrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('columns', (SELECT string_agg(k.attname, ', ' ORDER BY k.attname) FROM pg_attribute k
        WHERE k.attrelid = r.prrelid AND k.attnum = ANY (r.prattrs))),
    ('rows', pg_get_expr(r.prqual, r.prrelid))
) a (attribute, value)
WHERE n.nspname = ANY ($1)
UNION ALL
SELECT
    format('publication %s', p.pubname),
    'namespace',
    n.nspname
FROM pg_publication p
JOIN pg_publication_namespace s ON s.pnpubid = p.oid
JOIN pg_namespace n ON n.oid = s.pnnspid
WHERE n.nspname = ANY ($1)

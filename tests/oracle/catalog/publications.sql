-- Publications and the tables in them. Manual: pg_publication, pg_publication_rel.
SELECT
    format('publication %s', p.pubname),
    a.key,
    a.value
FROM pg_publication p
CROSS JOIN LATERAL jsonb_each_text(to_jsonb(p) - 'oid' - 'pubname' - 'pubowner') a
UNION ALL
SELECT
    format('publication %s', p.pubname),
    'table',
    r.prrelid::regclass::text
FROM pg_publication p
JOIN pg_publication_rel r ON r.prpubid = p.oid
JOIN pg_class c ON c.oid = r.prrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1)

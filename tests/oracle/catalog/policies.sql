-- Row security policies. Manual: pg_policy; role 0 is PUBLIC.
SELECT
    format('policy %s.%s.%s', n.nspname, c.relname, p.polname),
    a.attribute,
    a.value
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('command', p.polcmd::text),
    ('permissive', p.polpermissive::text),
    ('roles', (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r)::text END, ', ' ORDER BY
        CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r)::text END) FROM unnest(p.polroles) r)),
    ('using', pg_get_expr(p.polqual, p.polrelid)),
    ('with check', pg_get_expr(p.polwithcheck, p.polrelid))
) a (attribute, value)
WHERE n.nspname = ANY ($1)

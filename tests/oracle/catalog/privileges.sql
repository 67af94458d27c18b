-- Who may do what. An empty list means the built-in default, so both are written out the same way. Manual: 5.8
-- Privileges, acldefault, aclexplode, pg_default_acl.
WITH granted (object, list) AS (
    SELECT format('namespace %s', n.nspname), coalesce(n.nspacl, acldefault('n', n.nspowner))
    FROM pg_namespace n
    WHERE n.nspname = ANY ($1)
    UNION ALL
    SELECT format('%s %s.%s',
            CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' ELSE 'table' END,
            n.nspname, c.relname),
        coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
        AND NOT EXISTS (SELECT FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    UNION ALL
    SELECT format('column %s.%s.%s', n.nspname, c.relname, a.attname), a.attacl
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY ($1) AND NOT a.attisdropped
    UNION ALL
    SELECT format('function %s.%s(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
        coalesce(p.proacl, acldefault('f', p.proowner))
    FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = ANY ($1)
        AND NOT EXISTS (SELECT FROM pg_depend d
            WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT format('type %s.%s', n.nspname, t.typname), coalesce(t.typacl, acldefault('T', t.typowner))
    FROM pg_type t
    JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname = ANY ($1) AND t.typtype IN ('e', 'd', 'r')
        AND NOT EXISTS (SELECT FROM pg_depend d
            WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
    UNION ALL
    SELECT format('default privileges of %s for %s in %s', pg_get_userbyid(d.defaclrole), d.defaclobjtype,
            coalesce(n.nspname, 'all')), d.defaclacl
    FROM pg_default_acl d
    LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
    WHERE n.nspname IS NULL OR n.nspname = ANY ($1)
)
SELECT
    g.object,
    'privilege',
    format('%s to %s%s by %s', p.privilege_type,
        CASE p.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(p.grantee)::text END,
        CASE WHEN p.is_grantable THEN ' with grant option' ELSE '' END,
        pg_get_userbyid(p.grantor))
FROM granted g
CROSS JOIN LATERAL aclexplode(g.list) p

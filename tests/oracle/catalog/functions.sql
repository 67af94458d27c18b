-- Functions, procedures and aggregates. Manual: pg_proc, pg_aggregate.
SELECT
    format('function %s.%s(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
    a.attribute,
    a.value
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
CROSS JOIN LATERAL (VALUES
    ('definition', CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END),
    ('owner', pg_get_userbyid(p.proowner)::text),
    ('aggregate', CASE WHEN p.prokind = 'a' THEN format('%s over %s, final %s, start %s', g.aggtransfn,
        g.aggtranstype::regtype, g.aggfinalfn, coalesce(quote_literal(g.agginitval), 'null')) END)
) a (attribute, value)
WHERE n.nspname = ANY ($1)
    AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')

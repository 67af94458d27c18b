-- Extended statistics, extensions, foreign servers, and the mere existence of rarer things. Manual: pg_statistic_ext,
-- pg_extension, pg_foreign_server.
SELECT
    format('statistics %s.%s', n.nspname, s.stxname),
    a.attribute,
    a.value
FROM pg_statistic_ext s
JOIN pg_namespace n ON n.oid = s.stxnamespace
CROSS JOIN LATERAL (VALUES
    ('definition', pg_get_statisticsobjdef(s.oid)),
    ('target', nullif(to_jsonb(s) ->> 'stxstattarget', '-1'))
) a (attribute, value)
WHERE n.nspname = ANY ($1)
UNION ALL
SELECT format('extension %s', e.extname), 'version', format('%s in %s', e.extversion, e.extnamespace::regnamespace)
FROM pg_extension e
UNION ALL
SELECT format('server %s', s.srvname), 'definition', format('%s %s %s %s', w.fdwname, s.srvtype, s.srvversion,
    (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(s.srvoptions) o))
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
UNION ALL
SELECT format('%s %s', i.type, i.identity), 'exists', 'true'
FROM (
    SELECT 'pg_collation'::regclass, oid, collnamespace FROM pg_collation
    UNION ALL SELECT 'pg_operator'::regclass, oid, oprnamespace FROM pg_operator
    UNION ALL SELECT 'pg_opclass'::regclass, oid, opcnamespace FROM pg_opclass
    UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfnamespace FROM pg_opfamily
    UNION ALL SELECT 'pg_conversion'::regclass, oid, connamespace FROM pg_conversion
    UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgnamespace FROM pg_ts_config
    UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictnamespace FROM pg_ts_dict
) o (class, object, namespace)
JOIN pg_namespace n ON n.oid = o.namespace
CROSS JOIN LATERAL pg_identify_object(o.class, o.object, 0) i
WHERE n.nspname = ANY ($1)
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = o.class AND d.objid = o.object AND d.deptype = 'e')

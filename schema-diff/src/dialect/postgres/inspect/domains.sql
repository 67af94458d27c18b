-- The types that domains are made of; the server sends values of a domain as those of its base type.
SELECT n.nspname::text AS namespace, t.typname::text AS name,
       pg_catalog.format_type(t.typbasetype, t.typtypmod) AS base
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'd' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
ORDER BY n.nspname, t.typname

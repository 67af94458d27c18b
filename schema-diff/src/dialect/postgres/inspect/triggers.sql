-- The user's triggers, ours included. tgtype: 1 row, 2 before, 4 insert, 8 delete, 16 update, 64 instead of.
SELECT t.tgrelid::int8 AS table_oid, t.tgname::text AS name, t.tgtype::int4 AS type, t.tgenabled::text AS enabled,
       pg_catalog.pg_get_triggerdef(t.oid) AS definition, p.prosrc AS body
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid AND c.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal
ORDER BY t.tgrelid, t.tgname

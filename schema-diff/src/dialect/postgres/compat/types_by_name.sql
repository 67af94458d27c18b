SELECT pg_catalog.to_regtype(names.name)::oid::int8 AS oid
FROM pg_catalog.unnest($1::text[]) WITH ORDINALITY AS names (name, place)
ORDER BY names.place

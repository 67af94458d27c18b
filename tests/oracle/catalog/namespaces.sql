-- Schemas.
SELECT format('namespace %s', n.nspname), 'owner', pg_get_userbyid(n.nspowner)::text
FROM pg_namespace n
WHERE n.nspname = ANY ($1)

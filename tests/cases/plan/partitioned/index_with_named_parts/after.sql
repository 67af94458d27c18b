SELECT bool_and(indisvalid) AND count(*) = 8 FROM pg_index WHERE indrelid::regclass::text LIKE 'events%';

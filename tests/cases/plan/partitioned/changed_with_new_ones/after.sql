SELECT bool_and(indisvalid) FROM pg_index WHERE indrelid::regclass::text ~ 'events|places';

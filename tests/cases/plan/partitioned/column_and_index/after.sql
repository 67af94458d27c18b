SELECT count(*) = 12 FROM events WHERE place = 'none';
SELECT count(*) = 15 FROM pg_index WHERE indrelid::regclass::text LIKE 'events%' AND indisvalid AND indexrelid::regclass::text LIKE '%idx%';

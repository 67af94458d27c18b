SELECT count(*) = 50 FROM t WHERE a = id;
SELECT format_type(atttypid, atttypmod) = 'bigint' FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'a';

SELECT NOT attnotnull FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'a';

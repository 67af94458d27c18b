SELECT count(*) = 0 FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0;

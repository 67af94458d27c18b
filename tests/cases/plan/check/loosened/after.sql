SELECT count(*) = 2 FROM pg_constraint WHERE conrelid = 't'::regclass AND contype = 'c' AND convalidated AND conname IN ('t_kind', 't_name_check');

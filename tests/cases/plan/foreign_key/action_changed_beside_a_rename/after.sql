SELECT confdeltype = 'c' FROM pg_constraint WHERE conname = 'fk';

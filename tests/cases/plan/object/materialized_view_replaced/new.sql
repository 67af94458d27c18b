SELECT id, a FROM m;

SELECT id, a FROM v;

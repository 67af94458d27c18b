SELECT b_of(v) FROM v;
SELECT id, a FROM all_of();
SELECT id FROM ids_of();

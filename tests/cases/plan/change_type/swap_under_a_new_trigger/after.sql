SELECT count(*) = 20 AND bool_and(email = 'e' || id) FROM t;

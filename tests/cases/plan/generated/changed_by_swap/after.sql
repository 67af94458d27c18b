SELECT count(*) = 50 FROM t WHERE g = 3 * n;

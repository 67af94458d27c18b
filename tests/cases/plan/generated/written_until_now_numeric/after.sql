SELECT count(*) = 50 FROM t WHERE g = n * 2;

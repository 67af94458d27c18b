SELECT count(*) = 50 FROM t WHERE b = id;

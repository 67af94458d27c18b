SELECT count(*) = 50 FROM t WHERE b = 'v' || id AND parent = 1;

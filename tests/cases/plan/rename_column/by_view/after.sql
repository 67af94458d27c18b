SELECT count(*) = 50 FROM t WHERE c = 'v' || id AND e = 7;

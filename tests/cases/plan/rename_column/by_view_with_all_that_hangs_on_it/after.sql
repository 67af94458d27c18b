SELECT count(*) = 50 FROM t WHERE c = 'v' || id AND twice = 2 * m;

SELECT count(*) = 50 FROM t WHERE b = upper('v' || id);

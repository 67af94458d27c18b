SELECT count(*) = 2 AND min(b) = 'x' AND max(b) = 'y' FROM t;

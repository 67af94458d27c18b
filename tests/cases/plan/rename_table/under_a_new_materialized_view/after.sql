SELECT count(*) = 50 FROM u WHERE a = 'v' || id;
SELECT n > 0 FROM w;

SELECT count(*) = 50 FROM m WHERE a = 'v' || id;

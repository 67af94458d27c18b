INSERT INTO script SELECT 's' || n, n FROM generate_series(1, 9) AS n;

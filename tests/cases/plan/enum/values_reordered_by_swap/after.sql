SELECT max(a) = 'Small' FROM u WHERE a < 'Large';
SELECT count(*) = 50 FROM t WHERE b = '{Large,Small}' AND a < 'Large';

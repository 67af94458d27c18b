SELECT bool_and(changed = '2020-07-01 12:34:56+00') FROM t;

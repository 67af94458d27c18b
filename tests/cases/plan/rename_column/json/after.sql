SELECT count(*) = 50 FROM t WHERE b::text = '{"a": 1}';

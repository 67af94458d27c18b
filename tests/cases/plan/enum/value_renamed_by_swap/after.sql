SELECT count(*) = 25 FROM t WHERE state = 'open';
SELECT count(*) = 25 FROM v;
SELECT enum_range(NULL::state)::text = '{open,done}';

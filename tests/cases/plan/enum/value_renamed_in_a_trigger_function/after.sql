SELECT count(*) = 25 FROM t WHERE state = 'open';
SELECT enum_range(NULL::state)::text = '{open,done}';

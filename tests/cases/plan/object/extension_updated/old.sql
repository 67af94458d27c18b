SELECT id FROM t WHERE a OPERATOR(ext.=) 'ONE'::ext.citext;
INSERT INTO t (id, a) VALUES (2, 'Two');

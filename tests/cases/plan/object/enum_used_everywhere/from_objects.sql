CREATE VIEW v AS SELECT id FROM t WHERE state = 'new';

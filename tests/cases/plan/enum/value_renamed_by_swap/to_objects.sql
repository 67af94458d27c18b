CREATE VIEW v AS SELECT id, state FROM t WHERE state = 'open';
CREATE FUNCTION is_done(state state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 = 'done' $$;
CREATE VIEW w AS SELECT id, is_done(state) AS done FROM t;

CREATE UNLOGGED TABLE cache (id int, more text) WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false);
CREATE TABLE none ();

CREATE INDEX t_a2 ON t (a, id); DROP INDEX t_a;

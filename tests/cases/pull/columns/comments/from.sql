CREATE TABLE commented (a int, b int, c int, d int, e int, f int);
COMMENT ON TABLE commented IS 'One paragraph that is long enough to be wrapped, since no line of a doc comment should be longer than people like to read, and  two spaces stay.';
COMMENT ON COLUMN commented.a IS 'Short "quoted" \ text';
COMMENT ON COLUMN commented.b IS E'Two\nlines';
COMMENT ON COLUMN commented.c IS ' spaces around ';
COMMENT ON COLUMN commented.d IS E'a tab\tinside';
COMMENT ON COLUMN commented.e IS E'first\n\nsecond';
COMMENT ON COLUMN commented.f IS '/ with a slash */ and {braces}';

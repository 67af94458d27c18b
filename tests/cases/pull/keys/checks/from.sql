CREATE TABLE t (
    a int CHECK (a > 0), b text CHECK (b IN ('x', 'y')), c int CONSTRAINT own CHECK (c <> 5), d boolean CHECK (d), e int CHECK (e = 5),
    CHECK (a < c), CONSTRAINT whole CHECK (a + c < 100 OR b IS NULL) NO INHERIT, CHECK (b ~ '^[a-z"\\]+$'), f jsonb CHECK (f ? 'a')
);
ALTER TABLE t ADD CONSTRAINT late CHECK (a < 1000) NOT VALID;
CREATE TABLE alike (a int, CONSTRAINT one CHECK (a > 0), CONSTRAINT other CHECK (a > 0));

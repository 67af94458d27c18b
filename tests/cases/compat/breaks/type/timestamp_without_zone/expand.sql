ALTER TABLE t ALTER at TYPE timestamp;

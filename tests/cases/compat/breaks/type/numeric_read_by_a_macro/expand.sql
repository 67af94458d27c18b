ALTER TABLE t ALTER n TYPE double precision;

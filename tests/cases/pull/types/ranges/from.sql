CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TABLE ranges (
    a int4range, b int8range, c numrange, d tsrange NOT NULL, e tstzrange, f daterange, g floatrange, h numrange[]
);

CREATE TABLE every_type (
    a boolean, b smallint, c integer, d bigint, e real, f double precision, g text, h varchar, i varchar(20), j char(3),
    k "char", l name, m bytea, n uuid, o json, p jsonb, q numeric, r numeric(10, 2), s numeric(8), t money, u oid,
    v bpchar, w bit(4), x varbit, y varbit(5), z char
);

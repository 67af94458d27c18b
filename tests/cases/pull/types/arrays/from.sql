CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE arrays (
    a boolean[], b smallint[], c integer[][], d bigint[], e real[], f double precision[], g text[], h varchar(20)[], i char(3)[],
    j "char"[], k bytea[], l uuid[], m json[], n jsonb[], o numeric(10, 2)[], p timestamptz[], q date[], r interval[],
    s inet[], t macaddr[], u bit(3)[], v oid[], w money[], x int4range[], y mood[], z point[]
);

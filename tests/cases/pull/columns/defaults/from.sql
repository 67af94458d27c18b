CREATE TABLE defaults (
    a int DEFAULT 0, b int DEFAULT -1, c bigint DEFAULT -5000000000, d bigint DEFAULT '7'::bigint, e numeric(4,2) DEFAULT 1.5,
    f numeric DEFAULT -1.5, g boolean NOT NULL DEFAULT true, h text DEFAULT 'it''s', i varchar(9) DEFAULT 'x', j text DEFAULT E'a\\b\n"c"',
    k timestamptz DEFAULT now(), l timestamptz DEFAULT CURRENT_TIMESTAMP, m date DEFAULT CURRENT_DATE, n text[] DEFAULT '{}',
    o jsonb NOT NULL DEFAULT '{}', p int[] DEFAULT ARRAY[1, 2], q text DEFAULT upper('a'::text) || 'b', r timestamp DEFAULT '2020-01-01',
    s real DEFAULT 0.1, t text DEFAULT CURRENT_USER, u interval DEFAULT '1 day', v bytea DEFAULT '\xdeadbeef', w char(2) DEFAULT 'ab',
    x text DEFAULT '', y text DEFAULT '''', z int DEFAULT (1 + 2) * 3, aa text DEFAULT NULL::text, bb text DEFAULT 'a::b', cc "char" DEFAULT 'x'
);

CREATE TABLE prices (net numeric NOT NULL, gross numeric GENERATED ALWAYS AS (net * 1.2) VIRTUAL, twice numeric NOT NULL GENERATED ALWAYS AS (net * 2) STORED);

CREATE TABLE people (
    first text NOT NULL, last text,
    whole text GENERATED ALWAYS AS (first || ' ' || coalesce(last, '')) STORED,
    length int NOT NULL GENERATED ALWAYS AS (length(first)) STORED
);

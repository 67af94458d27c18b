CREATE TABLE hub (id bigint NOT NULL CONSTRAINT hub_key PRIMARY KEY, code text NOT NULL);
CREATE UNIQUE INDEX hub_code ON hub (code);
CREATE TABLE spoke (id bigint CONSTRAINT spoke_pkey PRIMARY KEY, hub text NOT NULL CONSTRAINT spoke_hub_fkey REFERENCES hub (code));

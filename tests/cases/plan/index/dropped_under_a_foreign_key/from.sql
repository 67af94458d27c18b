CREATE TABLE hub (id bigint NOT NULL CONSTRAINT hub_pkey PRIMARY KEY, code text NOT NULL CONSTRAINT hub_code UNIQUE);
CREATE TABLE spoke (id bigint CONSTRAINT spoke_pkey PRIMARY KEY, hub text NOT NULL CONSTRAINT spoke_hub_fkey REFERENCES hub (code));

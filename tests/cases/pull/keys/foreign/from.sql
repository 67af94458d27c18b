CREATE TABLE users (id bigint PRIMARY KEY, tenant int NOT NULL, number int NOT NULL, parent bigint REFERENCES users, UNIQUE (tenant, number));
CREATE TABLE posts (
    id bigint PRIMARY KEY,
    a bigint REFERENCES users,
    b bigint REFERENCES users ON DELETE CASCADE ON UPDATE SET NULL,
    c bigint CONSTRAINT own REFERENCES users ON DELETE SET DEFAULT DEFERRABLE,
    d bigint REFERENCES users ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
    tenant int, number int,
    FOREIGN KEY (tenant, number) REFERENCES users (tenant, number) MATCH FULL ON DELETE CASCADE
);
ALTER TABLE posts ADD CONSTRAINT late FOREIGN KEY (a) REFERENCES users NOT VALID;

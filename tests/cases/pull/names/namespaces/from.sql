CREATE SCHEMA billing;
CREATE SCHEMA x_pg;
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE billing.users (id int PRIMARY KEY REFERENCES users);
CREATE TABLE billing.invoices (id int PRIMARY KEY, "user" int REFERENCES billing.users);
CREATE TYPE billing.status AS ENUM ('open');
CREATE TYPE status AS ENUM ('open', 'shut');
CREATE TABLE x_pg.status_log (a status DEFAULT 'shut', b billing.status DEFAULT 'open');

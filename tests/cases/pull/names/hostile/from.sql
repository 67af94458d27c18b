CREATE SCHEMA "My ""Schema""";
CREATE SCHEMA "type";
CREATE TABLE "My ""Schema"""."Weird table" (
    "first name" int PRIMARY KEY, "type" text DEFAULT 'x', "self" int, "Self" int, "größe" int, "a""b" int, "name" int, "Name" int, "NAME" int,
    "1st" int, "_" int, "crate" int UNIQUE, "unique" int, "desc" int, "select" int, "a b" int, "a_b" int, "." int, "$x" int
);
CREATE INDEX "idx ""x""" ON "My ""Schema"""."Weird table" ("first name" DESC, "größe", "unique", "desc", "a""b", "Name");
CREATE INDEX ON "My ""Schema"""."Weird table" (lower("type"), ("a b" + "a_b")) WHERE "$x" > 0;
ALTER TABLE "My ""Schema"""."Weird table" ADD UNIQUE ("a b", "."), ADD UNIQUE ("NAME"), ADD CHECK ("first name" > 0);
CREATE TABLE "type"."select" ("order" int REFERENCES "My ""Schema"""."Weird table", "match" int, "a b" int, FOREIGN KEY ("a b", "match") REFERENCES "My ""Schema"""."Weird table" ("a b", "."));
CREATE TABLE "Mixed" (id int, "userName" text, "createdAt" timestamptz NOT NULL);
CREATE TABLE "mixed" (id int);
CREATE TABLE "MIXED" (id int);
CREATE TABLE nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn (ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc int UNIQUE, b int CHECK (b > 0));
CREATE INDEX ON nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn (ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc, b);

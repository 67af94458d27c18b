ALTER TYPE mood RENAME TO mood_old; CREATE TYPE mood AS ENUM ('glad'); ALTER TABLE t ALTER m TYPE mood USING m::text::mood;

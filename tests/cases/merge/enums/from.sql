CREATE TYPE status AS ENUM ('new', 'in_work', 'odd label', 'Über');
CREATE TABLE task (status status NOT NULL DEFAULT 'in_work', other status);

//! The two changes that are measured, on rows of about 150 bytes.

/// A change and what it takes by hand.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) old_source: &'static str,
    pub(crate) new_source: &'static str,
    pub(crate) load: &'static str,
    /// The same with short texts.
    pub(crate) load_narrow: &'static str,
    /// The new column.
    pub(crate) column: &'static str,
    pub(crate) assignment: &'static str,
    /// What expand does.
    pub(crate) expand: &'static str,
}

const OLD: &str = "/// A row.
#[derive(Schema)]
#[db(table = \"t\")]
pub struct Row {
    #[db(primary_key)]
    pub id: i64,
    pub total: i32,
    pub note: String,
    pub other: i64,
}
";

const LOAD: &str = "INSERT INTO t SELECT g, g, repeat('x', 90) || g, g FROM generate_series(1, $rows) AS g";
const NARROW: &str = "INSERT INTO t SELECT g, g, '', g FROM generate_series(1, $rows) AS g";

/// Tables of several shapes: the name, the rows, and further indexes.
pub(crate) const TABLES: [(&str, &str, &str); 3] = [
    ("narrow", NARROW, "SELECT 1"),
    ("150 bytes", LOAD, "SELECT 1"),
    (
        "500 bytes and four indexes",
        "INSERT INTO t SELECT g, g, repeat('x', 440) || g, g FROM generate_series(1, $rows) AS g",
        "CREATE INDEX ON t (other); CREATE INDEX ON t (total); CREATE INDEX ON t (other, total)",
    ),
];

pub(crate) const SHAPES: [Shape; 2] = [
    Shape {
        name: "int-to-bigint",
        old_source: OLD,
        new_source: "/// A row.
#[derive(Schema)]
#[db(table = \"t\")]
pub struct Row {
    #[db(primary_key)]
    pub id: i64,
    #[db(renamed_from = \"total\")]
    pub total_cents: i64,
    pub note: String,
    pub other: i64,
}
",
        load: LOAD,
        load_narrow: NARROW,
        column: "total_cents",
        assignment: "total_cents = total",
        expand: "ALTER TABLE t ADD COLUMN total_cents bigint;
CREATE FUNCTION sync() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.total_cents IS DISTINCT FROM NEW.total_cents THEN
    IF NEW.total_cents IS DISTINCT FROM (NEW.total)::bigint THEN
      NEW.total := (NEW.total_cents)::integer;
    END IF;
  ELSIF OLD.total IS DISTINCT FROM NEW.total THEN
    NEW.total_cents := (NEW.total)::bigint;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sync BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.total IS DISTINCT FROM NEW.total OR OLD.total_cents IS DISTINCT FROM NEW.total_cents) EXECUTE FUNCTION sync()",
    },
    Shape {
        name: "computed-not-null",
        old_source: OLD,
        new_source: "/// A row.
#[derive(Schema)]
#[db(table = \"t\")]
pub struct Row {
    #[db(primary_key)]
    pub id: i64,
    pub total: i32,
    pub note: String,
    pub other: i64,
    #[db(backfill = \"'computed from ' || total || ' and ' || other\")]
    pub computed: String,
}
",
        load: LOAD,
        load_narrow: NARROW,
        column: "computed",
        assignment: "computed = 'computed from ' || total || ' and ' || other",
        expand: "ALTER TABLE t ADD COLUMN computed text;
CREATE FUNCTION sync() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.computed IS NULL THEN NEW.computed := 'computed from ' || NEW.total || ' and ' || NEW.other; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sync BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.computed IS NULL) EXECUTE FUNCTION sync()",
    },
];

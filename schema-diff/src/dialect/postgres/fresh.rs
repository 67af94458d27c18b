//! What guards a fresh database that is brought up without our runner.

use super::quote;

/// Fails where the database has a history of ours: it is not a fresh one.
pub const NO_HISTORY: &str = "DO $$ BEGIN
  IF to_regclass('public._schema_migrations') IS NOT NULL THEN
    RAISE EXCEPTION 'this database has a history of cargo schema: use `cargo schema apply` or `schema_diff::Migrator::apply`';
  END IF;
END $$";

/// Fails with a message where a counting query gives anything but 0; its parameters, if it has any, are NULL.
pub fn require_no_rows(count: &str, parameters: usize, message: &str) -> String {
    let nulls = vec!["NULL::text"; parameters].join(", ");
    let using = if nulls.is_empty() { nulls } else { format!(" USING {nulls}") };
    let block = format!(
        "DECLARE found bigint;\nBEGIN\n  EXECUTE {} INTO found{using};\n  IF found > 0 THEN RAISE EXCEPTION USING MESSAGE = {};\n  END IF;\nEND",
        quote::literal(count),
        quote::literal(message)
    );
    format!("DO {}", quote::literal(&block))
}

#[cfg(test)]
mod tests {
    use super::require_no_rows;

    #[test]
    fn quotes_are_kept_apart() {
        let block = require_no_rows("SELECT count(*) FROM t WHERE a = 'x' -- why", 2, "it's not empty");
        assert!(block.starts_with("DO '") && block.contains("a = ''''x''''") && block.contains("it''''s"), "{block}");
        assert!(block.contains("USING NULL::text, NULL::text;"), "{block}");
    }
}

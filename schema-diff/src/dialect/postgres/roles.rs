//! Roles that SQL names: grants, owners and policies do. A scratch server has to have them, without any right.

use std::collections::BTreeSet;

use schema_model::sql_text;
use sqlx::{PgConnection, Row};

use super::quote;
use super::session::{execute, query_all};

/// What stands where a role does, and is none that can be made.
const NO_ROLES: [&str; 4] = ["public", "current_user", "current_role", "session_user"];

/// The roles that some statements name.
pub fn named(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for statement in sql_text::statements(text) {
        let words = sql_text::meaning(&text[statement]);
        let is = |at: usize, word: &str| words.get(at).is_some_and(|other| other.eq_ignore_ascii_case(word));
        let behind = |word: &str| words.iter().rposition(|other| other.eq_ignore_ascii_case(word)).map(|at| at + 1);
        let pairs = [("owner", "to"), ("for", "role"), ("for", "user")];
        let begins_list = |at: &usize| pairs.iter().any(|(first, second)| is(*at, first) && is(at + 1, second));
        let mut places: Vec<usize> = (0..words.len()).filter(begins_list).map(|at| at + 2).collect();
        let revokes = words.iter().any(|word| word.eq_ignore_ascii_case("revoke"));
        if is(0, "revoke") || is(1, "default") && revokes {
            places.extend(behind("from"));
        } else if is(0, "grant") || is(1, "default") {
            places.extend(behind("to"));
        } else if is(1, "policy") {
            // Its expressions come behind the roles.
            let condition = words.iter().position(|word| *word == "(").unwrap_or(words.len());
            let to = words[..condition].iter().rposition(|word| word.eq_ignore_ascii_case("to"));
            places.extend(to.map(|at| at + 1));
        }
        if is(1, "schema") {
            places.extend(behind("authorization"));
        }
        places.into_iter().for_each(|place| add_list(&words[place.min(words.len())..], &mut found));
    }
    found.retain(|name| !NO_ROLES.contains(&name.as_str()) && !name.starts_with("pg_"));
    found
}

/// Names with commas between them.
fn add_list(words: &[&str], found: &mut BTreeSet<String>) {
    for pair in words.chunks(2) {
        found.insert(sql_text::unquoted(pair[0]));
        if pair.get(1) != Some(&",") {
            break;
        }
    }
}

/// Makes those that aren't there. Where that is refused, the statement that names one says so.
pub async fn make(connection: &mut PgConnection, mut missing: BTreeSet<String>) -> Result<(), sqlx::Error> {
    if missing.is_empty() {
        return Ok(());
    }
    for row in query_all(connection, "SELECT rolname::text AS name FROM pg_catalog.pg_roles").await? {
        missing.remove(&row.try_get::<String, _>("name")?);
    }
    for name in missing.iter().filter_map(|name| schema_model::Identifier::new(name.as_str()).ok()) {
        drop(execute(connection, &format!("CREATE ROLE {}", quote::name(&name))).await);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn wherever_a_statement_names_one() {
        for (text, roles) in [
            ("GRANT SELECT (a) ON TABLE t TO app, \"Other App\" WITH GRANT OPTION", vec!["Other App", "app"]),
            ("REVOKE ALL ON FUNCTION f() FROM PUBLIC; GRANT USAGE ON SCHEMA x TO reader;", vec!["reader"]),
            ("ALTER TABLE public.t OWNER TO shop;\nALTER VIEW v OWNER TO CURRENT_USER;", vec!["shop"]),
            ("CREATE POLICY own ON t FOR SELECT TO a, b USING (true)", vec!["a", "b"]),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE boss IN SCHEMA x GRANT SELECT ON TABLES TO app", vec!["app", "boss"]),
            ("CREATE POLICY own ON t USING (id IN (SELECT id FROM allowed))", vec![]),
            ("CREATE SCHEMA x AUTHORIZATION owner_of_x", vec!["owner_of_x"]),
            ("SELECT a FROM t; UPDATE t SET a = 'GRANT x TO y'; GRANT pg_monitor TO pg_monitor", vec![]),
        ] {
            assert_eq!(named(text).into_iter().collect::<Vec<_>>(), roles, "{text}");
        }
    }
}

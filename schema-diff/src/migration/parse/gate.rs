//! The statements of a gate: a count, and what helps where it isn't 0.

use crate::statement::{Body, Gate, Statement};

/// Puts a gate together from its statements, each with its section.
pub(super) fn body(statements: &[(Option<String>, Statement)]) -> Result<Body, String> {
    let [mut count, mut rows, mut from_old, mut from_new] = [None, None, None, None];
    for (section, statement) in statements {
        let place = match section.as_deref() {
            None => &mut count,
            Some("rows") => &mut rows,
            Some("from old") => &mut from_old,
            Some("from new") => &mut from_new,
            Some(other) => return Err(format!("`--! {other}:` belongs to a backfill")),
        };
        if place.replace(statement.clone()).is_some() {
            return Err("a gate is exactly one query that gives a count, and each section one statement".to_owned());
        }
    }
    let count = count.ok_or("a gate needs a query that gives a count")?;
    Ok(Body::Gate(Gate { count, rows, from_old, from_new }))
}

#[cfg(test)]
mod tests {
    use super::super::{FormatError, parse};
    use super::*;
    use crate::phase::Phase;

    fn read(text: &str) -> Result<Gate, FormatError> {
        let head = "--! step 1: rows\n--! part: tighten\n";
        let steps = parse("3_contract.sql", Phase::Contract, &format!("{head}{text}"))?;
        let Body::Gate(gate) = steps[0].body.clone() else { panic!("{steps:?}") };
        Ok(gate)
    }

    #[test]
    fn sections_are_read_and_unknown_ones_refused() {
        let gate = read("--! gate: the count must be 0\nSELECT 0;\n--! rows:\nSELECT 1;\n--! from old:\nSELECT 2;\n");
        let gate = gate.expect("a gate");
        let sections: Vec<_> = gate.sections().map(|(name, statement)| (name, statement.sql.as_str())).collect();
        assert_eq!(
            (gate.count.sql.as_str(), sections),
            ("SELECT 0", vec![("rows", "SELECT 1"), ("from old", "SELECT 2")])
        );
        let wrong = read("--! gate: the count must be 0\nSELECT 0;\n--! batch:\nSELECT 1;\n").expect_err("no backfill");
        assert!(wrong.message.contains("belongs to a backfill"), "{wrong}");
        let twice = read("--! gate: the count must be 0\nSELECT 0; SELECT 1;\n").expect_err("two counts");
        assert!(twice.message.contains("exactly one query"), "{twice}");
        let elsewhere = read("SELECT 0;\n--! rows:\nSELECT 1;\n").expect_err("no gate");
        assert!(elsewhere.message.contains("belongs to a backfill or a gate"), "{elsewhere}");
    }
}

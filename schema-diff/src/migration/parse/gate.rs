//! The statements of a gate: a count, and what helps where it isn't 0.

use crate::statement::{Body, Gate, Statement};

/// Puts a gate together from its statements, each with its section.
pub(super) fn body(statements: &[(Option<String>, Statement)]) -> Result<Body, String> {
    let [mut count, mut rows, mut sample, mut from_old, mut from_new] = [None, None, None, None, None];
    for (section, statement) in statements {
        let place = match section.as_deref() {
            None => &mut count,
            Some("rows") => &mut rows,
            Some("sample") => &mut sample,
            Some("from old") => &mut from_old,
            Some("from new") => &mut from_new,
            Some(other) => return Err(format!("`--! {other}:` belongs to a backfill")),
        };
        if place.replace(statement.clone()).is_some() {
            return Err("a gate is exactly one query that gives a count, and each section one statement".to_owned());
        }
    }
    let count = count.ok_or("a gate needs a query that gives a count")?;
    let gate = Gate { count, rows, sample, from_old, from_new };
    for (section, statement) in gate.sections().filter(|(section, _)| *section != "rows") {
        if !statement.sql.contains("$1") {
            return Err(format!("`--! {section}:` needs the parameter $1: {}", parameter(section)));
        }
    }
    Ok(Body::Gate(gate))
}

fn parameter(section: &str) -> &'static str {
    if section == "sample" {
        "about how many of the table's pages it looks at"
    } else {
        "the place, as text, behind which it looks; it returns the places of the rows that it changed"
    }
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
        let gate = read("--! gate: the count must be 0\nSELECT 0;\n--! rows:\nSELECT 1;\n--! from old:\nSELECT $1;\n");
        let gate = gate.expect("a gate");
        let sections: Vec<_> = gate.sections().map(|(name, statement)| (name, statement.sql.as_str())).collect();
        assert_eq!(
            (gate.count.sql.as_str(), sections),
            ("SELECT 0", vec![("rows", "SELECT 1"), ("from old", "SELECT $1")])
        );
        let wrong = read("--! gate: the count must be 0\nSELECT 0;\n--! batch:\nSELECT 1;\n").expect_err("no backfill");
        assert!(wrong.message.contains("belongs to a backfill"), "{wrong}");
        let twice = read("--! gate: the count must be 0\nSELECT 0; SELECT 1;\n").expect_err("two counts");
        assert!(twice.message.contains("exactly one query"), "{twice}");
        let constant =
            read("--! gate: the count must be 0\nSELECT 0;\n--! sample:\nSELECT 1, 0;\n").expect_err("no place");
        assert!(constant.message.contains("needs the parameter $1"), "{constant}");
        let elsewhere = read("SELECT 0;\n--! rows:\nSELECT 1;\n").expect_err("no gate");
        assert!(elsewhere.message.contains("belongs to a backfill or a gate"), "{elsewhere}");
    }
}

//! From the old value to the new one and back: known where the new type takes every value of the old one, else declared.

use schema_model::{Column, QualifiedName, SqlType, sql_text};

use crate::plan::answer::{Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};

/// Both directions as expressions over the row.
pub(super) struct Conversion {
    /// The new value.
    pub(super) forward: String,
    /// The old value.
    pub(super) backward: String,
    /// What may hurt on the way back.
    pub(super) hazard: Option<Hazard>,
}

/// How a column's values become those of its new form. An unknown way is never guessed.
pub(super) fn conversion(table: &QualifiedName, from: &Column, to: &Column) -> Result<Conversion, Obstacle> {
    let known = is_known(&from.sql_type, &to.sql_type);
    let (using, back) = (&to.hints.using, &to.hints.back);
    if let Some(zone) = Zoned::of(from, to) {
        zone.refuse_unsaid(table, to)?;
    }
    if !known && (using.is_none() || back.is_none()) {
        let missing = match (using, back) {
            (None, None) => "`using = \"…\"` and `back = \"…\"`",
            (None, Some(_)) => "`using = \"…\"`",
            _ => "`back = \"…\"`",
        };
        return Err(Obstacle::Mistake {
            answers: answers(table, to, [using, back].map(|given| given.is_none().then_some(ANY))),
            position: to.hints.position.clone(),
            message: format!(
                "how {table}.{} ({}) becomes {} ({}) is not known: add {missing}, an SQL expression for the new value over the old column, and one for the old value over the new column",
                from.name, from.sql_type, to.name, to.sql_type
            ),
        });
    }
    if from.nullable && !to.nullable && using.is_none() {
        return Err(Obstacle::Mistake {
            answers: answers(table, to, [Some(ANY), None]),
            position: to.hints.position.clone(),
            message: format!(
                "{table}.{} takes NULL and becomes {}, which doesn't: say what rows with NULL get with `using = \"coalesce({}, …)\"`, or keep it an `Option` for this release",
                from.name,
                to.name,
                from.name.quoted()
            ),
        });
    }
    // The old release gets an error for what doesn't fit, and a cast would cut it.
    if known && using.is_none() && to.sql_type.takes_less_than(&from.sql_type) {
        let own = from.name.quoted();
        return Err(Obstacle::Mistake {
            answers: answers(table, to, [Some(own.as_str()), None]),
            position: to.hints.position.clone(),
            message: format!(
                "{table}.{} ({}) becomes {} ({}), which takes less, and until the contract the old release may write what doesn't fit: say what becomes of that with `using = \"…\"`, an SQL expression for the new value over the old column; with `using = \"{own}\"` it stops the backfill, and is an error for the old release",
                from.name, from.sql_type, to.name, to.sql_type
            ),
        });
    }
    let differs = from.sql_type != to.sql_type || (to.nullable && !from.nullable);
    let hazard = differs.then(|| {
        Hazard::new(
            HazardKind::ValueRange,
            format!(
                "until the contract every value of {table}.{} is written to {} ({}{}) too: one that doesn't fit there is refused, so the new release must not write such values before",
                to.name,
                from.name,
                from.sql_type,
                if from.nullable { "" } else { ", not null" }
            ),
        )
    });
    Ok(Conversion {
        forward: using.clone().unwrap_or_else(|| from.name.quoted()),
        backward: back.clone().unwrap_or_else(|| to.name.quoted()),
        hazard,
    })
}

/// A time of day or a date on one side, and a moment on the other: which moment that is depends on a zone, and without
/// one each session has its own.
struct Zoned {
    using: String,
    back: String,
}

impl Zoned {
    fn of(from: &Column, to: &Column) -> Option<Self> {
        let is = |column: &Column, name: &str| column.sql_type.namespace.is_none() && column.sql_type.name == name;
        let is_moment = |column: &Column| is(column, "timestamp with time zone");
        let of_moment = |column: &Column, other: &Column| match is(other, "date") {
            true => format!("({} AT TIME ZONE 'UTC')::date", column.name.quoted()),
            false => format!("{} AT TIME ZONE 'UTC'", column.name.quoted()),
        };
        let to_moment = |column: &Column| match is(column, "date") {
            true => format!("{}::timestamp AT TIME ZONE 'UTC'", column.name.quoted()),
            false => format!("{} AT TIME ZONE 'UTC'", column.name.quoted()),
        };
        let is_local = |column: &Column| is(column, "timestamp without time zone") || is(column, "date");
        if from.sql_type.array || to.sql_type.array {
            None
        } else if is_local(from) && is_moment(to) {
            Some(Self { using: to_moment(from), back: of_moment(to, from) })
        } else if is_moment(from) && is_local(to) {
            Some(Self { using: of_moment(from, to), back: to_moment(to) })
        } else {
            None
        }
    }

    fn refuse_unsaid(&self, table: &QualifiedName, to: &Column) -> Result<(), Obstacle> {
        let says_a_zone = |expression: &String| {
            let words = sql_text::meaning(expression);
            let at_a_zone = words.windows(2).any(|pair| {
                pair[0].eq_ignore_ascii_case("time") && pair[1].eq_ignore_ascii_case("zone")
                    || pair[0].eq_ignore_ascii_case("timezone") && pair[1] == "("
            });
            // What a function of the user's does isn't known.
            at_a_zone || !is_stable(expression)
        };
        let unsaid = |given: &Option<String>| !given.as_ref().is_some_and(says_a_zone);
        let missing = [unsaid(&to.hints.using), unsaid(&to.hints.back)];
        if missing == [false, false] {
            return Ok(());
        }
        let Self { using, back } = self;
        Err(Obstacle::Mistake {
            answers: answers(table, to, [missing[0].then_some(using.as_str()), missing[1].then_some(back.as_str())]),
            position: to.hints.position.clone(),
            message: format!(
                "{table}.{} ({}): in which zone are the values without one? Each session has another by itself, so say it: for example `using = \"{using}\"` and `back = \"{back}\"`",
                to.name, to.sql_type
            ),
        })
    }
}

/// Stands in a flag for an expression that nobody can propose.
pub(super) const ANY: &str = "SQL";

/// The flags that give what is missing, each with the expression that is proposed.
pub(super) fn answers(table: &QualifiedName, to: &Column, [using, back]: [Option<&str>; 2]) -> Vec<String> {
    let object = short_name(table, Some(&to.name));
    let flag = |missing: Option<&str>, word: &str| missing.map(|sql| format!("--{word} {object}={sql}"));
    flag(using, "using").into_iter().chain(flag(back, "back")).collect()
}

/// Pairs between which an assignment either keeps the value or raises an error, in both directions, but that the length
/// of a text may be cut.
fn is_known(from: &SqlType, to: &SqlType) -> bool {
    const INTEGERS: [&str; 3] = ["smallint", "integer", "bigint"];
    const TEXTS: [&str; 2] = ["text", "character varying"];
    let among =
        |names: &[&str], kind: &SqlType| kind.namespace.is_none() && !kind.array && names.contains(&kind.name.as_str());
    from == to || (among(&INTEGERS, from) && among(&INTEGERS, to)) || (among(&TEXTS, from) && among(&TEXTS, to))
}

/// Whether a default gives the same value within one statement, so that a column can be added with it at once.
/// A function that isn't known to be stable counts as volatile, which is always right, only slower.
pub(super) fn is_stable(expression: &str) -> bool {
    const STABLE: [&str; 8] = [
        "now",
        "transaction_timestamp",
        "statement_timestamp",
        "timezone",
        "lower",
        "upper",
        "jsonb_build_object",
        "current_setting",
    ];
    // Words before a parenthesis that belong to a type's name.
    const TYPES: [&str; 8] = ["varying", "numeric", "bit", "timestamp", "time", "character", "interval", "varchar"];
    let tokens = schema_model::sql_text::meaning(expression);
    !tokens.windows(2).any(|pair| {
        let is_word = pair[0].starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '"');
        let name = pair[0].to_lowercase();
        is_word && pair[1] == "(" && !STABLE.contains(&name.as_str()) && !TYPES.contains(&name.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_functions_count_as_volatile() {
        for stable in [
            "0",
            "'draft'::public.book_status",
            "now()",
            "CURRENT_TIMESTAMP",
            "'a'::character varying(10)",
            "timezone('utc'::text, now())",
        ] {
            assert!(is_stable(stable), "{stable}");
        }
        for volatile in ["gen_random_uuid()", "nextval('s'::regclass)", "clock_timestamp()", "public.f(1)"] {
            assert!(!is_stable(volatile), "{volatile}");
        }
    }
}

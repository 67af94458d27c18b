//! Statements that use the old form and have run since the confirmation, as pg_stat_statements knows them. It is support
//! only: a statement that failed is not seen there, and of one that reads whole rows nobody can tell what it needs of them.
//! What functions and views hide is a matter of the dependents.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::sql_text;
use sqlx::PgConnection;

use super::{Evidence, OldForm};
use crate::apply::error::ApplyError;
use crate::dialect::postgres::blocker::span;
use crate::dialect::postgres::evidence::columns::{UsedColumn, columns_of};
use crate::dialect::postgres::evidence::statements::{Calls, Entry, Memory, Statements, statements};
use crate::dialect::postgres::history::Confirmation;
use crate::migration::Migration;
use crate::statement::Body;

pub(super) const NAME: &str = "statements";

/// As many as one reads, and so much of each.
const SHOWN: usize = 3;
const LONGEST: usize = 100;

/// Statements that begin so use nothing: they make and change objects, as ours do too.
const DEFINING: [&str; 13] = [
    "create", "alter", "drop", "comment", "lock", "grant", "revoke", "analyze", "vacuum", "set", "reindex", "cluster",
    "truncate",
];

/// How often statements that name the old form have run; `None` where that can't be known.
pub(in crate::apply) async fn calls(
    connection: &mut PgConnection,
    migration: &Migration,
) -> Result<Option<Calls>, ApplyError> {
    let form = OldForm::of(migration);
    if form.is_empty() {
        return Ok(None);
    }
    Ok(match read(connection, migration, &form).await? {
        Read::Unknown(_) => None,
        Read::Known(memory, entries) => {
            let calls = entries.into_iter().map(|entry| (entry.key, entry.calls));
            Some(Calls { memory, calls: calls.collect() })
        }
    })
}

pub(super) async fn evidence(
    connection: &mut PgConnection,
    migration: &Migration,
    form: &OldForm,
    since: Option<&Confirmation>,
) -> Result<Evidence, ApplyError> {
    let not_measured = |why: &str| Evidence::not_measured(NAME, format!("statements that name the old form: {why}"));
    let (memory, entries) = match read(connection, migration, form).await? {
        Read::Unknown(why) => return Ok(not_measured(why)),
        Read::Known(memory, entries) => (memory, entries),
    };
    let Some(since) = since else {
        return Ok(not_measured(&format!("looked at from the confirmation on; {} are known by now", entries.len())));
    };
    let age = span(since.age);
    let Some(then) = &since.statements else {
        return Ok(not_measured(
            "pg_stat_statements could not be read at the confirmation: say `cargo schema confirm RELEASE` again",
        ));
    };
    // Whatever was forgotten: what has run since has run.
    let more = |entry: &&Entry| entry.calls > then.calls.get(&entry.key).copied().unwrap_or(0);
    let (used, whole_rows) = users(connection, form, entries.iter().filter(more).collect()).await?;
    if !used.is_empty() {
        return Ok(Evidence::closed(NAME, in_use(&used, then, form, &age)));
    }
    if memory != then.memory || has_forgotten(then, &entries) {
        return Ok(not_measured(
            "pg_stat_statements has forgotten some since the confirmation, so that none there says nothing: raise pg_stat_statements.max, and say `cargo schema confirm RELEASE` again",
        ));
    }
    Ok(Evidence::open(
        NAME,
        format!(
            "no statement that names the old form has run since the confirmation, {age} ago (by pg_stat_statements){}",
            in_whole_rows(&whole_rows)
        ),
    ))
}

/// Those of the statements that use the old form, by its name and in whole rows. What the server resolves counts, else
/// the words alone: a column of the same name in another table is none of ours.
async fn users<'a>(
    connection: &mut PgConnection,
    form: &OldForm,
    entries: Vec<&'a Entry>,
) -> Result<(Vec<&'a Entry>, Vec<&'a Entry>), ApplyError> {
    if entries.is_empty() {
        return Ok(Default::default());
    }
    let texts: Vec<&str> = entries.iter().map(|entry| entry.text.as_str()).collect();
    let columns = columns_of(connection, &texts, &form.parts().map(|(table, _)| &table.namespace).collect()).await?;
    let uses = |columns: &Option<BTreeSet<UsedColumn>>| columns.as_ref().is_none_or(|columns| form.is_used_in(columns));
    let used = entries.into_iter().zip(&columns).filter(|(_, columns)| uses(columns)).map(|(entry, _)| entry);
    Ok(used.partition(|entry| form.named_in(&entry.text).is_some()))
}

fn in_whole_rows(entries: &[&Entry]) -> String {
    let Some(first) = entries.first() else { return String::new() };
    let count = if entries.len() == 1 { "1 reads".to_owned() } else { format!("{} read", entries.len()) };
    format!(
        "; {count} whole rows, which doesn't tell whether anybody needs the old form of them: `{}`",
        cut(&first.text)
    )
}

fn in_use(used: &[&Entry], then: &Calls, form: &OldForm, age: &str) -> String {
    let line = |entry: &&Entry| {
        let calls = entry.calls - then.calls.get(&entry.key).copied().unwrap_or(0);
        let what = form.named_in(&entry.text).unwrap_or_default();
        format!("\n  {calls} × {what} in `{}`", cut(&entry.text))
    };
    let listed: String = used.iter().take(SHOWN).map(line).collect();
    let more = match used.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("\n  and {more} more"),
    };
    let count = if used.len() == 1 {
        "1 statement that names".to_owned()
    } else {
        format!("{} statements that name", used.len())
    };
    format!(
        "{count} the old form ran since the confirmation, {age} ago (by pg_stat_statements):{listed}{more}\nfind out who runs that and stop it, say `cargo schema confirm RELEASE` again, then run `cargo schema contract`"
    )
}

/// Single entries can be reset without a trace.
fn has_forgotten(then: &Calls, now: &[Entry]) -> bool {
    let now: BTreeMap<&str, i64> = now.iter().map(|entry| (entry.key.as_str(), entry.calls)).collect();
    then.calls.iter().any(|(key, calls)| now.get(key.as_str()).is_none_or(|now| now < calls))
}

enum Read {
    Unknown(&'static str),
    Known(Memory, Vec<Entry>),
}

/// The statements that name the old form or read whole rows of its table, our own left out.
async fn read(connection: &mut PgConnection, migration: &Migration, form: &OldForm) -> Result<Read, ApplyError> {
    let (memory, mut entries) = match statements(connection, &form.tables_and_words()).await? {
        Statements::Unknown(why) => return Ok(Read::Unknown(why)),
        Statements::Known(memory, entries) => (memory, entries),
    };
    let ours: Vec<Vec<&str>> = own_statements(migration).into_iter().map(sql_text::meaning).collect();
    entries.retain(|entry| {
        let tokens = sql_text::meaning(&entry.text);
        let defines = tokens.first().is_none_or(|first| DEFINING.contains(&first.to_lowercase().as_str()));
        !defines
            && !reads_the_catalog(&tokens)
            && (form.named_in(&entry.text).is_some() || form.is_in_whole_rows_of(&tokens))
            && !ours.iter().any(|ours| holds(&tokens, ours))
    });
    Ok(Read::Known(memory, entries))
}

/// Statements about the catalog or our history have short names of their own, and use no table of the application's.
fn reads_the_catalog(tokens: &[&str]) -> bool {
    let is_relation = |name: &str| name.starts_with("pg_") && !name.starts_with("pg_temp");
    let qualified = tokens.windows(3).any(|name| {
        (name[0].eq_ignore_ascii_case("pg_catalog") && name[1] == "." && is_relation(name[2]))
            || name[0].eq_ignore_ascii_case("information_schema")
    });
    qualified || tokens.iter().any(|token| token.starts_with("_schema_"))
}

/// The statements that a run of ours sends as they stand in the files.
fn own_statements(migration: &Migration) -> Vec<&str> {
    let mut found = Vec::new();
    for step in migration.steps.iter().chain(&migration.undo) {
        match &step.body {
            Body::Statements(statements) => found.extend(statements.iter().map(|one| one.sql.as_str())),
            Body::Backfill(backfill) => {
                found.extend(backfill.range.iter().map(|one| one.sql.as_str()));
                found.extend([&backfill.batch, &backfill.straggler, &backfill.remaining].map(|one| one.sql.as_str()));
            }
            Body::Gate(gate) => {
                found.push(&gate.count.sql);
                found.extend(gate.sections().map(|(_, one)| one.sql.as_str()));
            }
            Body::Consent(consent) => found.push(&consent.query.sql),
        }
    }
    found
}

/// Whether a statement is ours, or has ours in it; constants have become parameters.
fn holds(tokens: &[&str], ours: &[&str]) -> bool {
    let same = |(theirs, ours): (&&str, &&str)| theirs == ours || theirs.starts_with('$');
    !ours.is_empty() && tokens.windows(ours.len()).any(|window| window.iter().zip(ours).all(same))
}

fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST { line } else { line.chars().take(LONGEST).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_statements_are_known_by_their_tokens() {
        let ours = sql_text::meaning("SELECT count(*) FROM t AS t WHERE t.a = 'x'");
        let theirs = |text| holds(&sql_text::meaning(text), &ours);
        assert!(theirs("SELECT * FROM (\nSELECT count(*)\nFROM t AS t WHERE t.a = $1\n) AS rows LIMIT $2"));
        assert!(!theirs("SELECT count(*) FROM t AS t WHERE t.b = $1"));
    }
}

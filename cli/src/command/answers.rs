//! The answers given by flags, and those that schema.toml remembers.

use std::collections::BTreeMap;

use schema_diff::diff::RenameAnswers;
use schema_diff::draft::Comparison;
use schema_diff::migration::{Migration, RecordedAnswers};
use schema_diff::model::{Catalog, Identifier, QualifiedName, SqlObject, Table, split_dotted};
use schema_diff::plan::answer::{Answers, GivenSql, short_name};

use crate::args::AnswerArgs;
use crate::config::Config;
use crate::failure::Failure;

const STRATEGIES: [&str; 12] =
    ["copy", "view", "swap", "in-place", "after", "now", "lock", "no-lock", "silent", "fire", "expand", "grace"];

/// Answers in the forms in which the stages want them.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// For the comparison.
    pub(super) renames: RenameAnswers,
    /// Renamed tables, from the new name to the old one.
    tables: BTreeMap<QualifiedName, QualifiedName>,
    /// For the plan.
    pub(super) answers: Answers,
    /// For the columns of the side that is to be.
    pub(super) sql: GivenSql,
    /// For the manifest: what was given in this call.
    pub(super) recorded: RecordedAnswers,
}

impl Given {
    pub(super) fn parse(args: &AnswerArgs, config: &Config) -> Result<Self, Failure> {
        let mut given = Self::default();
        given.answers.strategies = config.strategy.clone();
        for text in &args.rename {
            given.rename(text)?;
        }
        for text in &args.allow {
            given.allow(text)?;
        }
        for text in &args.strategy {
            given.strategy(text)?;
        }
        for text in &args.old_default {
            let (object, sql) = answer("--old-default", text, "TABLE.COLUMN=SQL")?;
            given.answers.old_defaults.insert(object.clone(), sql.clone());
            given.recorded.old_default.insert(object, sql);
        }
        let GivenSql { backfill, using, back } = &mut given.sql;
        for (flag, texts, answers) in
            [("--backfill", &args.backfill, backfill), ("--using", &args.using, using), ("--back", &args.back, back)]
        {
            for text in texts {
                let (object, sql) = answer(flag, text, "TABLE.COLUMN=SQL")?;
                answers.insert(object, sql);
            }
        }
        given.in_place();
        given.recorded.backfill.clone_from(&given.sql.backfill);
        given.recorded.using.clone_from(&given.sql.using);
        given.recorded.back.clone_from(&given.sql.back);
        Ok(given)
    }

    /// Columns that are renamed behind a view: what hangs on them is compared under the new names.
    fn in_place(&mut self) {
        let by_view = self.answers.strategies.iter().filter(|(_, strategy)| *strategy == "view");
        self.renames.by_view = by_view.filter_map(|(object, _)| column("--strategy", object).ok()).collect();
    }

    /// `--rename table.old=new`.
    pub(super) fn rename(&mut self, text: &str) -> Result<(), Failure> {
        let (object, new) = pair("--rename", text, "TABLE.OLD=NEW")?;
        if split_dotted(&new).len() == 2 || split_dotted(&object).len() == 1 {
            return self.rename_table(text, &object, &new);
        }
        let (table, old) = column("--rename", &object)?;
        let new_name =
            Identifier::new(new.clone()).map_err(|error| Failure::usage(format!("--rename {text}: {error}")))?;
        self.renames.renames.insert((table, new_name), old);
        self.recorded.rename.insert(object, new);
        Ok(())
    }

    /// `--rename old=new` and `--rename namespace.old=namespace.new`: a table.
    fn rename_table(&mut self, text: &str, old: &str, new: &str) -> Result<(), Failure> {
        let name = |name: &str| {
            name.parse::<QualifiedName>().map_err(|error| Failure::usage(format!("--rename {text}: {error}")))
        };
        self.tables.insert(name(new)?, name(old)?);
        self.recorded.rename.insert(old.to_owned(), new.to_owned());
        Ok(())
    }

    /// Puts what was given onto the side that is to be.
    pub(super) fn apply(&self, catalog: &mut Catalog) {
        for (new, old) in &self.tables {
            if let Some(table) = catalog.table_mut(new) {
                table.renamed_from = Some(old.clone());
            }
        }
        self.sql.apply(catalog);
    }

    /// `--allow drop:object`.
    pub(super) fn allow(&mut self, text: &str) -> Result<(), Failure> {
        let (kind, object) = match text.split_once(':') {
            Some((kind @ ("drop" | "swap" | "rewrite" | "lock" | "refuse"), object)) => (kind, object),
            _ => {
                let forms = "write drop:TABLE, drop:TABLE.COLUMN, drop:OBJECT, swap:TABLE.COLUMN, rewrite:TABLE.COLUMN, lock:OBJECT or refuse:PARTITION";
                return Err(Failure::usage(format!("--allow {text}: {forms}")));
            }
        };
        if let (Ok((table, name)), "drop") = (column("--allow", object), kind) {
            self.renames.drops.push((table, name));
        }
        let flag = format!("{kind}:{}", spelled(object));
        self.answers.allowed.insert(flag.clone());
        self.recorded.allow.insert(flag);
        Ok(())
    }

    /// `--strategy object=strategy`.
    pub(super) fn strategy(&mut self, text: &str) -> Result<(), Failure> {
        let (object, strategy) = answer("--strategy", text, "OBJECT=STRATEGY")?;
        if !STRATEGIES.contains(&strategy.as_str()) {
            return Err(Failure::usage(format!("--strategy {text}: known are {}", STRATEGIES.join(", "))));
        }
        self.answers.strategies.insert(object.clone(), strategy.clone());
        self.recorded.strategy.insert(object, strategy);
        Ok(())
    }

    /// A name that isn't there is a mistake, not an answer to nothing.
    pub(super) fn check(&self, comparison: &Comparison, migrations: &[Migration]) -> Result<(), Failure> {
        let from = &comparison.aligned.from;
        let knows_column = |table: &QualifiedName, name: &Identifier| {
            let table = from.table(table).or_else(|| earlier(comparison, table));
            table.is_some_and(|table| table.column(name).is_some())
        };
        for ((table, new), old) in &self.renames.renames {
            let to = &comparison.aligned.to;
            let declared = to.table(table).or_else(|| later(comparison, table));
            let declared = declared.is_some_and(|table| table.column(new).is_some());
            // Once the rename is in a migration the old column is gone, and the answer is no longer needed.
            let answer = (short_name(table, Some(old)), new.as_str());
            let written = migrations.iter().flat_map(|migration| &migration.manifest.answers.rename);
            let was_written =
                written.into_iter().any(|(object, name)| (object, name.as_str()) == (&answer.0, answer.1));
            if !declared || !(knows_column(table, old) || was_written) {
                let as_table = format!("{}.{old}", table.name).parse::<QualifiedName>();
                let hint = match as_table.ok().filter(|name| from.tables.contains_key(name)) {
                    Some(name) => format!("; for the table write {name}={}", name.sibling(new.clone())),
                    None => String::new(),
                };
                return Err(Failure::usage(format!("--rename {table}.{old}={new}: there is no such column{hint}")));
            }
            if knows_column(table, new) && !was_written {
                return Err(Failure::usage(format!(
                    "--rename {table}.{old}={new}: {table} has {new} already, so nothing would be renamed; names are exchanged over a third one, which is taken in this migration and given up in the next"
                )));
            }
        }
        for (new, old) in &self.tables {
            let written = migrations.iter().flat_map(|migration| &migration.manifest.answers.rename);
            let was_written = written.into_iter().any(|(_, name)| *name == short_name(new, None));
            let is_there = from.tables.contains_key(old) || was_written;
            if !is_there || !comparison.aligned.to.tables.contains_key(new) {
                return Err(Failure::usage(format!("--rename {old}={new}: there is no such table")));
            }
        }
        for flag in &self.recorded.allow {
            let object = flag.split_once(':').map_or("", |(_, object)| object);
            if !self.knows(object, comparison) {
                // Of tables alone the namespace `public` may be left out.
                let in_public = format!("public.{object}");
                let hint =
                    if self.knows(&in_public, comparison) { format!("; there is {in_public}") } else { String::new() };
                return Err(Failure::usage(format!("--allow {flag}: there is no {object}{hint}")));
            }
        }
        for object in self.recorded.strategy.keys().chain(self.recorded.old_default.keys()).chain(self.sql.objects()) {
            if !self.knows(object, comparison) {
                return Err(Failure::usage(format!("`{object}` is in no table here")));
            }
        }
        Ok(())
    }

    fn knows(&self, object: &str, comparison: &Comparison) -> bool {
        let sides = [&comparison.aligned.from, &comparison.aligned.to];
        let as_column = column("", object).ok();
        // A table that is renamed still has the columns that it had under its old name.
        let had = |table: &QualifiedName, name: &Identifier| earlier(comparison, table)?.column(name);
        if as_column.as_ref().is_some_and(|(table, name)| had(table, name).is_some()) {
            return true;
        }
        // And is known by that name while it gets those that are to come.
        let gets = |table: &QualifiedName, name: &Identifier| {
            later(comparison, table)
                .is_some_and(|later| later.column(name).is_some() || later.constraint_names().any(|own| own == name))
        };
        if as_column.as_ref().is_some_and(|(table, name)| gets(table, name)) {
            return true;
        }
        // A constraint is named like a column: `orders.orders_total_check`.
        if let Some((table, name)) = &as_column
            && sides
                .iter()
                .any(|side| side.tables.get(table).is_some_and(|table| table.constraint_names().any(|own| own == name)))
        {
            return true;
        }
        // Views, functions and their like are named as the server writes them.
        let is_it =
            |(key, one): (&String, &SqlObject)| key == object || split_dotted(&one.name) == split_dotted(object);
        if sides.iter().any(|side| side.objects.iter().any(is_it)) {
            return true;
        }
        let as_whole = object.parse::<QualifiedName>().ok();
        sides.into_iter().any(|side| {
            as_whole.as_ref().is_some_and(|name| side.tables.contains_key(name) || side.enums.contains_key(name))
                || as_column
                    .as_ref()
                    .is_some_and(|(table, name)| side.tables.get(table).is_some_and(|t| t.column(name).is_some()))
        })
    }
}

/// The earlier form of a table that is renamed: it is still known by its old name.
fn earlier<'a>(comparison: &'a Comparison, table: &QualifiedName) -> Option<&'a Table> {
    comparison.aligned.from.table(comparison.aligned.to.table(table)?.renamed_from.as_ref()?)
}

/// The later form of a table that is renamed.
fn later<'a>(comparison: &'a Comparison, table: &QualifiedName) -> Option<&'a Table> {
    let mut tables = comparison.aligned.to.tables.values();
    tables.find(|new| new.renamed_from.as_ref() == Some(table)).map(|new| &**new)
}

/// What is said of an object.
fn answer(flag: &str, text: &str, form: &str) -> Result<(String, String), Failure> {
    pair(flag, text, form).map(|(object, said)| (spelled(&object), said))
}

/// What stands in the server's own form of the names of functions, triggers, policies, rules and operator classes.
const OWN_FORM: [&str; 3] = ["(", " ON ", " USING "];
/// With what the name begins of what is set on another object.
const SET_ON: [&str; 2] = ["privileges ", "row security "];

/// A name as we write it, with quotes where they are needed: a shell may have taken them away. Where the server has a form
/// of its own, that is the name.
fn spelled(object: &str) -> String {
    if OWN_FORM.iter().any(|words| object.contains(words)) || SET_ON.iter().any(|words| object.starts_with(words)) {
        return object.to_owned();
    }
    let parts = split_dotted(object).into_iter().map(Identifier::new);
    match parts.collect::<Result<Vec<_>, _>>() {
        Ok(parts) => parts.iter().map(ToString::to_string).collect::<Vec<_>>().join("."),
        Err(_) => object.to_owned(),
    }
}

fn pair(flag: &str, text: &str, form: &str) -> Result<(String, String), Failure> {
    match text.split_once('=') {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => Ok((left.to_owned(), right.to_owned())),
        _ => Err(Failure::usage(format!("{flag} {text}: write {form}"))),
    }
}

/// Reads `table.column` or `namespace.table.column`.
fn column(flag: &str, object: &str) -> Result<(QualifiedName, Identifier), Failure> {
    let parts = split_dotted(object);
    let checked = |text: &String| {
        Identifier::new(text.clone()).map_err(|error| Failure::usage(format!("{flag} {object}: {error}")))
    };
    match parts.as_slice() {
        [table, name] => Ok((QualifiedName::in_public(checked(table)?), checked(name)?)),
        [namespace, table, name] => Ok((QualifiedName::new(checked(namespace)?, checked(table)?), checked(name)?)),
        _ => Err(Failure::usage(format!("{flag} {object}: write TABLE.COLUMN"))),
    }
}

#[cfg(test)]
mod tests {
    use super::spelled;

    #[test]
    fn names_get_their_quotes_back() {
        for (given, name) in [
            ("users.legacy", "users.legacy"),
            ("My Table.a", "\"My Table\".a"),
            ("\"My Table\".a", "\"My Table\".a"),
            ("public.f(a integer)", "public.f(a integer)"),
            ("stamp ON public.versions", "stamp ON public.versions"),
            ("row security public.users", "row security public.users"),
        ] {
            assert_eq!(spelled(given), name);
        }
    }
}

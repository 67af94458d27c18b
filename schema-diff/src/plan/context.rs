//! Everything that an operation may look at.

use std::collections::BTreeMap;

use schema_model::{
    Catalog, Column, Identifier, ObjectKind, Position, QualifiedName, RustOrigin, SqlType, Table, sql_text,
};

use super::answer::{Answers, Choice, Obstacle, Question, short_name};
use super::hazard::{Hazard, HazardKind};
use super::source::SourceFacts;
use crate::change::{Change, ColumnChange};
use crate::diff::RenameAnswers;
use crate::inspection::{ColumnFacts, Inspection, Trigger};
use crate::statement::TriggerMode;

/// What a plan is made from: both sides, the live facts, and what the user and the source say.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The side that is.
    pub from: &'a Catalog,
    /// The side that is to be; normalised, and every constraint named.
    pub to: &'a Catalog,
    /// Which table of the side that is has the name of a key, an index or a sequence.
    pub owners: &'a Owners<'a>,
    /// What was said about renames when they were compared.
    pub rename_answers: &'a RenameAnswers,
    /// Everything that differs between them.
    pub changes: &'a [Change],
    /// Facts about the live tables.
    pub facts: &'a Inspection,
    /// The last locked catalog, which knows what release N's structs decode.
    pub lock: Option<&'a Catalog>,
    /// Answers and consents.
    pub answers: &'a Answers,
    /// The application's source.
    pub source: &'a SourceFacts,
}

/// The tables of a catalog by the names that their keys, indexes and sequences take: in a namespace each stands once.
pub struct Owners<'a>(BTreeMap<QualifiedName, &'a Table>);

impl<'a> Owners<'a> {
    /// The owners of all of them.
    pub fn of(catalog: &'a Catalog) -> Self {
        let tables = catalog.tables.values();
        Self(tables.flat_map(|table| table.relation_names().map(|name| (name, &**table))).collect())
    }

    /// The table that has a name.
    pub(crate) fn owner(&self, name: &QualifiedName) -> Option<&'a Table> {
        self.0.get(name).copied()
    }
}

impl<'a> Context<'a> {
    /// The table as it is.
    pub(crate) fn old_table(&self, name: &QualifiedName) -> Option<&'a Table> {
        self.from.table(name)
    }

    /// The table as it is to be.
    pub(crate) fn new_table(&self, name: &QualifiedName) -> Option<&'a Table> {
        self.to.table(name)
    }

    /// The columns of a table that get another name, with their old form and their new one.
    pub(crate) fn renames(&self, of: &QualifiedName) -> impl Iterator<Item = (&'a Column, &'a Column)> {
        self.changes.iter().filter_map(move |change| match change {
            Change::Column { table, change: ColumnChange::Rename { from, to } } if table == of => {
                Some((&**from, &**to))
            }
            _ => None,
        })
    }

    /// Whether it is the new name of a table, which gives its columns theirs.
    pub(crate) fn is_renamed(&self, table: &QualifiedName) -> bool {
        self.changes.iter().any(|change| matches!(change, Change::RenameTable { to, .. } if to == table))
    }

    /// The new name of a table that gets it only when everything else of the plan is done.
    pub(crate) fn late_name(&self, table: &QualifiedName) -> Option<&'a QualifiedName> {
        let late = |to: &QualifiedName| self.new_table(to).is_none();
        self.changes.iter().find_map(|change| match change {
            Change::RenameTable { from, to } if from == table && late(to) => Some(to),
            _ => None,
        })
    }

    /// Where the source reads all columns of a table, by the old name or the new one.
    pub(crate) fn star_projections(&self, table: &QualifiedName) -> Vec<&'a Position> {
        let names = [Some(table), self.late_name(table)];
        names.into_iter().flatten().flat_map(|name| self.source.star_projections(name)).collect()
    }

    /// Whether the source may upsert into a table, by the old name or the new one.
    pub(crate) fn may_upsert(&self, table: &QualifiedName) -> bool {
        self.source.may_upsert(table) || self.late_name(table).is_some_and(|name| self.source.may_upsert(name))
    }

    /// Whether a column exists on the to side only: the old release knows nothing of it.
    pub(crate) fn is_new_column(&self, table: &QualifiedName, column: &Identifier) -> bool {
        self.old_table(table).is_none_or(|old| old.column(column).is_none())
    }

    /// Every column that the table has at some time during the migration.
    pub(crate) fn all_columns(&self, table: &QualifiedName) -> Vec<Identifier> {
        let columns = |side: Option<&'a Table>| side.into_iter().flat_map(|table| table.columns.iter());
        let mut names: Vec<Identifier> = columns(self.old_table(table)).map(|c| c.name.clone()).collect();
        for column in columns(self.new_table(table)).map(|c| &c.name) {
            if !names.contains(column) {
                names.push(column.clone());
            }
        }
        names
    }

    /// The columns that a backfill may fill: those that are renamed, and new ones with a value for existing rows.
    pub(crate) fn filled_columns(&self) -> impl Iterator<Item = (&'a QualifiedName, &'a Identifier)> {
        self.changes.iter().filter_map(|change| match change {
            Change::Column { table, change: ColumnChange::Rename { to, .. } } => Some((table, &to.name)),
            Change::Column { table, change: ColumnChange::Add(column) } if column.hints.backfill.is_some() => {
                Some((table, &column.name))
            }
            _ => None,
        })
    }

    /// How release N reads a column: unknown where it was never locked.
    pub(crate) fn old_rust(&self, table: &QualifiedName, column: &Identifier) -> Option<&'a RustOrigin> {
        self.lock?.tables.get(table)?.column(column)?.rust.as_ref()
    }

    /// The live facts of a column.
    pub(crate) fn column_facts(&self, table: &QualifiedName, column: &Identifier) -> ColumnFacts {
        self.facts.column_facts(table, column).cloned().unwrap_or_default()
    }

    /// The triggers of a live table.
    pub(crate) fn triggers(&self, table: &QualifiedName) -> &'a [Trigger] {
        self.facts.facts_of(table).map_or(&[], |facts| &facts.triggers)
    }

    /// What the table has that isn't modelled might hang on a column that goes: nothing can be moved that isn't known.
    pub(crate) fn refuse_unmodelled(&self, table: &QualifiedName, column: &Identifier) -> Result<(), Vec<Obstacle>> {
        let found = self.facts.facts_of(table).map_or(&[][..], |facts| &facts.unmodelled);
        if found.is_empty() {
            return Ok(());
        }
        Err(vec![Obstacle::Unhandled {
            object: format!("{table}.{column}"),
            what: format!(
                "{} of the table may hang on the column, and moving that is not handled yet; write it by hand (cargo schema new)",
                found.join(", ")
            ),
        }])
    }

    /// Refuses an expression that can't be brought over the row safely: with a subquery, or over a column that is new in
    /// the same plan, whose value the old release's writers don't give, but for those that are computed beside it.
    pub(crate) fn check_expression(
        &self,
        table: &QualifiedName,
        own: &Column,
        beside: &[&Column],
        expression: &str,
    ) -> Result<(), Vec<Obstacle>> {
        let mistake = |message: String| {
            Err(vec![Obstacle::Mistake { position: own.hints.position.clone(), message, answers: Vec::new() }])
        };
        if sql_text::has_subquery(expression) {
            return mistake(format!(
                "`{expression}` for {table}.{} holds a subquery, whose columns can't be told from the row's own: put it into a function over the row's columns, and call that",
                own.name
            ));
        }
        let new = self.new_table(table).into_iter().flat_map(|table| &table.columns);
        let is_own = |column: &Column| [own].iter().chain(beside).any(|one| one.name == column.name);
        let mut new = new.filter(|column| !is_own(column) && self.is_new_column(table, &column.name));
        match new.find(|column| sql_text::mentions(expression, column.name.as_str())) {
            Some(column) => mistake(format!(
                "`{expression}` for {table}.{} uses {}, which is new in the same plan and which the old release doesn't write: use the old column instead",
                own.name, column.name
            )),
            None => Ok(()),
        }
    }

    /// Refuses an expression that keeps two forms in step where it can't be brought over the row safely, or uses a column
    /// beside `forms`: a write of that alone would be followed by neither. The key of a row stays what it is.
    pub(crate) fn check_sources(
        &self,
        table: &QualifiedName,
        own: &Column,
        forms: &[&Column],
        expression: &str,
    ) -> Result<(), Vec<Obstacle>> {
        self.check_expression(table, own, forms, expression)?;
        let key = self.primary_key(table);
        let takes_part = |name: &Identifier| {
            own.name == *name || forms.iter().any(|form| form.name == *name) || key.iter().any(|(key, _)| key == name)
        };
        let mut others = self.all_columns(table).into_iter().filter(|name| !takes_part(name));
        let Some(other) = others.find(|name| sql_text::mentions(expression, name.as_str())) else { return Ok(()) };
        Err(vec![Obstacle::Mistake {
            position: own.hints.position.clone(),
            message: format!(
                "`{expression}` for {table}.{} uses {other}, and when {other} is written alone, nothing says which of the two forms follows: an expression that keeps them in step may use {} and the primary key",
                own.name,
                forms.iter().map(|form| form.name.to_string()).collect::<Vec<_>>().join(", ")
            ),
            answers: Vec::new(),
        }])
    }

    /// The other tables that foreign keys of a live table reference, those of one column or of all.
    pub(crate) fn referenced_tables(&self, table: &QualifiedName, column: Option<&Identifier>) -> Vec<QualifiedName> {
        let keys = self.old_table(table).into_iter().flat_map(|table| &table.foreign_keys);
        let of_column = keys.filter(|key| column.is_none_or(|column| key.columns.contains(column)));
        let mut tables: Vec<_> = of_column.map(|key| key.references.clone()).filter(|other| other != table).collect();
        tables.sort();
        tables.dedup();
        tables
    }

    /// The other tables at either end of a column's foreign keys.
    pub(crate) fn joined_tables(&self, table: &QualifiedName, column: &Identifier) -> Vec<QualifiedName> {
        let references = |other: &&Table| {
            let mut keys = other.foreign_keys.iter();
            keys.any(|key| key.references == *table && key.referenced_columns.contains(column))
        };
        let others = self.from.tables.values().map(std::sync::Arc::as_ref).filter(references);
        let mut tables = self.referenced_tables(table, Some(column));
        tables.extend(others.map(|other| other.name.clone()).filter(|other| other != table));
        tables.sort();
        tables.dedup();
        tables
    }

    /// The name that the server gives to the sequence of a column.
    pub(crate) fn sequence_name(&self, table: &QualifiedName, column: &Identifier) -> QualifiedName {
        table.sibling(Identifier::derived(&[table.name.as_str(), column.as_str()], "seq"))
    }

    /// The columns of the primary key, which a backfill walks along; none where the table has none.
    pub(crate) fn primary_key(&self, table: &QualifiedName) -> Vec<(Identifier, SqlType)> {
        let Some(old) = self.old_table(table) else { return Vec::new() };
        let key = old.primary_key.iter().flat_map(|key| &key.columns);
        key.filter_map(|name| Some((name.clone(), old.column(name)?.sql_type.clone()))).collect()
    }

    /// What uses a column and isn't modelled, unless it goes too.
    pub(crate) fn dependents(&self, table: &QualifiedName, column: &Identifier) -> Vec<String> {
        // What the plan drops or replaces by a form without the column goes before the column does.
        let goes = |dependent: &String| {
            let there = self.from.objects.contains_key(dependent);
            let needs = format!("column {table}.{column}");
            there && self.to.objects.get(dependent).is_none_or(|new| !new.needs.contains(&needs))
        };
        let mut dependents = self.column_facts(table, column).dependents;
        dependents.retain(|dependent| !goes(dependent));
        dependents
    }

    /// Refuses to change a column while something uses it: named in an error, never passed over.
    pub(crate) fn refuse_dependents(&self, table: &QualifiedName, column: &Identifier) -> Result<(), Vec<Obstacle>> {
        let dependents = self.dependents(table, column);
        if dependents.is_empty() {
            return Ok(());
        }
        Err(vec![Obstacle::Unhandled {
            object: format!("{table}.{column}"),
            what: format!(
                "it is used by {}: changing a column under these is not handled yet; drop or change them by a hand-written migration (cargo schema new), then run this again",
                dependents.join(", ")
            ),
        }])
    }

    /// Whether the application's own triggers fire on the rows that a backfill touches: asked once, never assumed.
    pub(crate) fn trigger_mode(&self, table: &QualifiedName) -> Result<(TriggerMode, Option<Hazard>), Obstacle> {
        let live = self.triggers(table).iter().filter(|trigger| !trigger.is_ours() && trigger.fires_on_update());
        let mut names: Vec<&str> = live.map(|trigger| trigger.name.as_str()).collect();
        // One that the same plan makes may be there by then.
        let names_then = [Some(table), self.late_name(table)];
        let coming = self.to.objects.iter().filter(|(key, object)| {
            let words = object.create.iter().flat_map(|sql| sql_text::meaning(sql));
            let fires = words.into_iter().any(|word| word.eq_ignore_ascii_case("update"));
            let is_new = !self.from.objects.contains_key(*key);
            object.kind == ObjectKind::Trigger && names_then.contains(&object.table.as_ref()) && is_new && fires
        });
        names.extend(coming.map(|(_, object)| object.name.as_str()));
        if names.is_empty() {
            return Ok((TriggerMode::Fire, None));
        }
        let object = short_name(table, None);
        let names = names.join(", ");
        let hazard = |text: String| Some(Hazard::new(HazardKind::ApplicationTriggers, text));
        match self.answers.strategy(&object) {
            Some("silent") => Ok((
                TriggerMode::Silent,
                hazard(format!("the backfill keeps these triggers of {table} silent: {names} (it needs the right to set session_replication_role)")),
            )),
            Some("fire") => Ok((TriggerMode::Fire, hazard(format!("the backfill fires these triggers of {table} for every row: {names}")))),
            _ => Err(Obstacle::Question(Question {
                text: format!("{table} has triggers that an UPDATE of each row by the backfill would fire: {names}"),
                choices: vec![
                    Choice {
                        flag: format!("--strategy {object}=silent"),
                        meaning: "they stay silent for the backfill (session_replication_role = replica; the applying role must be allowed to set it)".to_owned(),
                    },
                    Choice {
                        flag: format!("--strategy {object}=fire"),
                        meaning: "they fire for every row, as on any UPDATE (updated_at changes, audit rows are written)".to_owned(),
                    },
                ],
                object,
            })),
        }
    }

    /// The application's triggers whose functions name a column that goes: the server knows nothing of what a plpgsql
    /// body names, so every write would fail from the contract on.
    pub(crate) fn naming_triggers_hazard(&self, table: &QualifiedName, column: &Identifier) -> Option<Hazard> {
        let names: Vec<&str> = self
            .triggers(table)
            .iter()
            .filter(|trigger| !trigger.is_ours() && sql_text::mentions(&trigger.body, column.as_str()))
            .map(|trigger| trigger.name.as_str())
            .collect();
        let names = (!names.is_empty()).then(|| names.join(", "))?;
        Some(Hazard::new(
            HazardKind::ApplicationTriggers,
            format!(
                "the functions of these triggers of {table} name {column}: {names}; change them before the contract, else every write that fires them fails from then on"
            ),
        ))
    }

    /// The hazard of a changed column list: statements with `*` fail on connections that prepared them before.
    pub(crate) fn cached_plan_hazard(&self, table: &QualifiedName) -> Option<Hazard> {
        let places = self.star_projections(table);
        if places.is_empty() {
            return None;
        }
        let places: Vec<String> = places.iter().map(ToString::to_string).collect();
        Some(Hazard::new(
            HazardKind::CachedPlan,
            format!(
                "statements with * on {table} fail with \"cached plan must not change result type\" on connections that prepared them before; name the columns, or clear cached statements in the pool: {}",
                places.join(", ")
            ),
        ))
    }

    /// Whether values of the type have fields: `IS NULL` and `IS NOT NULL` are both false where some of them are empty.
    pub(crate) fn is_composite(&self, sql_type: &SqlType) -> bool {
        let Some(name) = sql_type.qualified_name().filter(|_| !sql_type.array) else { return false };
        let catalog = &self.facts.catalog;
        let is_row = |name: &QualifiedName| {
            catalog.tables.contains_key(name)
                || catalog.objects.contains_key(&format!("{} {name}", ObjectKind::CompositeType))
        };
        let base = self.facts.domains.get(&name).and_then(SqlType::qualified_name);
        is_row(&name) || base.is_some_and(|base| is_row(&base))
    }

    /// Whether `IS DISTINCT FROM` sees every difference between values of the column.
    pub(crate) fn is_plain(&self, table: &QualifiedName, column: &Column) -> bool {
        const PLAIN: [&str; 10] = [
            "smallint",
            "integer",
            "bigint",
            "boolean",
            "uuid",
            "date",
            "timestamp with time zone",
            "timestamp without time zone",
            "bytea",
            "text",
        ];
        let kind = &column.sql_type;
        let plain = kind.namespace.is_none()
            && !kind.array
            && (PLAIN.contains(&kind.name.as_str()) || kind.name == "character varying");
        plain && !self.column_facts(table, &column.name).nondeterministic
    }

    /// Whether equal values of a column may be written differently, so that a unique key takes them for the same. Each of
    /// these types has a hash that knows.
    pub(crate) fn is_loose(&self, table: &QualifiedName, column: &Column) -> bool {
        const LOOSE: [&str; 8] =
            ["numeric", "real", "double precision", "character", "citext", "interval", "jsonb", "time with time zone"];
        LOOSE.contains(&column.sql_type.name.as_str()) || self.column_facts(table, &column.name).nondeterministic
    }
}

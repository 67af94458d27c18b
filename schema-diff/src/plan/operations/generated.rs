//! A column that the server computes: in another way, no longer, or from now on.

use schema_model::{Column, Expression, QualifiedName, sql_text};

use super::behind_view::VIEW;
use super::swap_column::SWAP;
use crate::phase::Part;
use crate::plan::Context;
use crate::plan::answer::{Choice, Obstacle, Question, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{ColumnDeed, Deed, Order, Step};

pub(super) struct SetGenerated<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) from: &'a Column,
    pub(super) to: &'a Column,
}

impl Operation for SetGenerated<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let (old, new) = match (&self.from.generated, &self.to.generated) {
            (Some(old), Some(new)) => (old, new),
            (Some(old), None) => return self.write(context, old),
            (None, _) => return Err(vec![self.compute()]),
        };
        let object = short_name(self.table, Some(&self.to.name));
        let followed = self.renamed(context, old);
        if self.from.is_virtual == self.to.is_virtual && Expression::inspected(followed.text).same_as(new) {
            let text = format!(
                "{object} is computed from what is renamed ({}), and a column that goes can't be taken out of its expression",
                followed.names.join(", ")
            );
            let meaning = "the column is renamed in place, behind a view until the contract, and what is computed from it follows";
            let flags: Vec<String> =
                followed.columns.iter().map(|column| format!("--strategy {column}={VIEW}")).collect();
            let choice = Choice { flag: flags.join(" "), meaning: meaning.to_owned() };
            return Err(vec![question(object, text, vec![choice])]);
        }
        let text =
            format!("{object} is to be computed in another way: {} instead of {}", new.canonical(), old.canonical());
        let meaning = if self.to.is_virtual {
            "a second column, computed in the new way, takes the name in one moment of the contract; nothing is written (asks for consent)"
        } else {
            "a second column, computed in the new way, takes the name in one moment of the contract; the server writes the whole table anew for it under a lock that blocks readers and writers (asks for consent to both)"
        };
        Err(vec![question(object.clone(), text, vec![swap(&object, meaning)])])
    }
}

/// The strategy by which the server stops computing once the old release is gone.
const AFTER: &str = "after";

fn question(object: String, text: String, choices: Vec<Choice>) -> Obstacle {
    Obstacle::Question(Question { object, text, choices })
}

fn swap(object: &str, meaning: &str) -> Choice {
    Choice { flag: format!("--strategy {object}={SWAP}"), meaning: meaning.to_owned() }
}

/// An expression under the new names of columns that are renamed beside it.
struct Followed {
    text: String,
    names: Vec<String>,
    columns: Vec<String>,
}

impl SetGenerated<'_> {
    /// It is to be computed. Where an answer is given, something else is planned.
    fn compute(&self) -> Obstacle {
        let object = short_name(self.table, Some(&self.to.name));
        let cost = if self.to.is_virtual {
            "a second column, computed when it is read, takes the name in one moment of the contract; until then a trigger computes what is left out (asks for consent)"
        } else {
            "a second column, computed by the server, takes the name in one moment of the contract; until then a trigger computes what is left out; the server writes the whole table anew for it under a lock that blocks readers and writers (asks for consent to both)"
        };
        let aside = Choice {
            flag: "the column under a new name, and this one dropped".to_owned(),
            meaning: "each release has its own column: the old one goes on writing its own".to_owned(),
        };
        let text = format!("{object} is to be computed by the server, which can't be said of a column that exists");
        question(object.clone(), text, vec![aside, swap(&object, cost)])
    }

    /// It is no longer to be computed: what it holds stays, and from the contract on it is written.
    fn write(&self, context: &Context<'_>, old: &Expression) -> Steps {
        let (table, name) = (self.table, &self.to.name);
        let object = short_name(table, Some(name));
        let is_possible = !self.from.is_virtual && context.facts.major >= 13;
        if context.answers.strategy(&object) != Some(AFTER) || !is_possible {
            let mut choices = vec![Choice {
                flag: format!(
                    "the column under a new name with `#[db(backfill = \"{}\")]`, and this one dropped",
                    old.canonical()
                ),
                meaning: "the new release writes its own column from the beginning".to_owned(),
            }];
            choices.extend(is_possible.then(|| Choice {
                flag: format!("--strategy {object}={AFTER}"),
                meaning: "the server computes it until the contract: a statement of the new release that writes it fails before, and nothing computes it behind".to_owned(),
            }));
            let text =
                format!("{object} is no longer to be computed by the server, and the old release doesn't write it");
            return Err(vec![question(object, text, choices)]);
        }
        self.refuse_more()?;
        if !self.to.nullable && self.to.default.is_none() {
            let what = "until the contract no statement may write it, and behind it every INSERT must: no release can do both. Let it be NULL or give it a default until the next migration";
            return Err(vec![Obstacle::Unhandled { object, what: what.to_owned() }]);
        }
        let deed = |deed| Deed::Column { table: table.clone(), column: name.clone(), deed };
        let mut deeds = vec![deed(ColumnDeed::DropExpression)];
        deeds.extend(self.to.default.clone().map(|default| deed(ColumnDeed::SetDefault(default))));
        deeds.extend((self.to.nullable && !self.from.nullable).then(|| deed(ColumnDeed::DropNotNull)));
        let text = format!(
            "until the contract the server computes {table}.{name}, and every statement that writes it fails; behind it what isn't written is the default, and changes with nothing"
        );
        let step = Step::contract(Part::Switch, Order::Attribute, format!("compute {table}.{name} no longer"), deeds)
            .with_hazards([Hazard::new(HazardKind::ValueRange, text)]);
        Ok(vec![step])
    }

    /// What else differs is made by the changes that are found when it is a plain column.
    fn refuse_more(&self) -> Result<(), Vec<Obstacle>> {
        let (from, to) = (self.from, self.to);
        let same = from.sql_type == to.sql_type
            && from.collation == to.collation
            && (to.nullable || !from.nullable)
            && to.identity.is_none()
            && from.settings == to.settings
            && from.comment == to.comment;
        if same {
            return Ok(());
        }
        let what = "it is no longer computed and differs in its type, NULL, numbering, settings or comment at once: change that in the next migration";
        Err(vec![Obstacle::Unhandled { object: format!("{}.{}", self.table, to.name), what: what.to_owned() }])
    }

    fn renamed(&self, context: &Context<'_>, expression: &Expression) -> Followed {
        let mut followed = Followed { text: expression.canonical().to_owned(), names: Vec::new(), columns: Vec::new() };
        let is_read = |(from, _): &(&Column, &Column)| sql_text::mentions(expression.canonical(), from.name.as_str());
        let renames: Vec<_> = context.renames(self.table).filter(is_read).collect();
        followed.text = sql_text::replace_columns(&followed.text, self.table.name.as_str(), |name| {
            renames.iter().find(|(from, _)| from.name.as_str() == name).map(|(_, to)| to.name.quoted())
        });
        for (from, to) in renames {
            followed.names.push(format!("{} to {}", from.name, to.name));
            followed.columns.push(short_name(self.table, Some(&to.name)));
        }
        followed
    }
}

//! A column that the server computes: in another way, no longer, or from now on.

use schema_model::{Column, Expression, QualifiedName, sql_text};

use super::behind_view::VIEW;
use super::swap_column::SWAP;
use crate::plan::Context;
use crate::plan::answer::{Choice, Obstacle, Question, short_name};
use crate::plan::operation::{Operation, Steps};

pub(super) struct SetGenerated<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) from: &'a Column,
    pub(super) to: &'a Column,
}

impl Operation for SetGenerated<'_> {
    /// Always an obstacle: where an answer is given, something else is planned.
    fn steps(&self, context: &Context<'_>) -> Steps {
        let object = short_name(self.table, Some(&self.to.name));
        let (Some(old), Some(new)) = (&self.from.generated, &self.to.generated) else {
            let what = if self.to.generated.is_some() {
                "it is to be computed by the server, which can't be said of a column that exists: declare it under a new name, and drop this one"
            } else {
                "it is no longer to be computed by the server: until the contract the old release doesn't write it, so declare a column under a new name with `backfill`, and drop this one"
            };
            return Err(vec![Obstacle::Unhandled {
                object: format!("{}.{}", self.table, self.to.name),
                what: what.to_owned(),
            }]);
        };
        let followed = self.renamed(context, old);
        if self.from.is_virtual == self.to.is_virtual && Expression::inspected(followed.text).same_as(new) {
            let text = format!(
                "{object} is computed from what is renamed ({}), and a column that goes can't be taken out of its expression",
                followed.names.join(", ")
            );
            let meaning = "the column is renamed in place, behind a view until the contract, and what is computed from it follows";
            let flags: Vec<String> =
                followed.columns.iter().map(|column| format!("--strategy {column}={VIEW}")).collect();
            return Err(vec![question(object, text, flags.join(" "), meaning)]);
        }
        let text =
            format!("{object} is to be computed in another way: {} instead of {}", new.canonical(), old.canonical());
        let meaning = if self.to.is_virtual {
            "a second column, computed in the new way, takes the name in one moment of the contract; nothing is written (asks for consent)"
        } else {
            "a second column, computed in the new way, takes the name in one moment of the contract; the server writes the whole table anew for it under a lock that blocks readers and writers (asks for consent to both)"
        };
        let flag = format!("--strategy {object}={SWAP}");
        Err(vec![question(object, text, flag, meaning)])
    }
}

fn question(object: String, text: String, flag: String, meaning: &str) -> Obstacle {
    Obstacle::Question(Question { object, text, choices: vec![Choice { flag, meaning: meaning.to_owned() }] })
}

/// An expression under the new names of columns that are renamed beside it.
struct Followed {
    text: String,
    names: Vec<String>,
    columns: Vec<String>,
}

impl SetGenerated<'_> {
    fn renamed(&self, context: &Context<'_>, expression: &Expression) -> Followed {
        let mut followed = Followed { text: expression.canonical().to_owned(), names: Vec::new(), columns: Vec::new() };
        let is_read = |(from, _): &(&Column, &Column)| sql_text::mentions(expression.canonical(), from.name.as_str());
        let renames: Vec<_> = context.renames(self.table).filter(is_read).collect();
        followed.text = sql_text::replace_columns(&followed.text, self.table.name.as_str(), |name| {
            renames.iter().find(|(from, _)| from.name.as_str() == name).map(|(_, to)| to.name.to_string())
        });
        for (from, to) in renames {
            followed.names.push(format!("{} to {}", from.name, to.name));
            followed.columns.push(short_name(self.table, Some(&to.name)));
        }
        followed
    }
}

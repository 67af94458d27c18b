//! Random schemas.

use rand::RngExt;
use rand::rngs::StdRng;

use crate::column::ENUMS;
use crate::table::Table;

/// Some tables, and the enums that they use.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) tables: Vec<Table>,
    /// Values beside the first ones of each enum.
    pub(crate) more_values: Vec<String>,
}

/// The tables' names.
pub(crate) const NAMES: [&str; 6] = ["users", "\"order\"", "\"Mixed Case\"", "items", "\"select\"", "tags"];

impl Schema {
    /// Any schema.
    pub(crate) fn random(random: &mut StdRng) -> Self {
        let mut schema = Self { tables: Vec::new(), more_values: Vec::new() };
        for name in NAMES.into_iter().take(random.random_range(1..=NAMES.len())) {
            schema.tables.push(Table::random(name, &schema.tables, random));
        }
        schema
    }

    /// The statements that make it.
    pub(crate) fn sql(&self) -> String {
        let mut sql = String::new();
        for (name, values) in ENUMS {
            let more = self.more_values.iter().map(String::as_str).filter(|_| name == "mood");
            let values = values.iter().copied().chain(more).map(|value| format!("'{}'", value.replace('\'', "''")));
            sql.push_str(&format!("CREATE TYPE {name} AS ENUM ({});\n", values.collect::<Vec<_>>().join(", ")));
        }
        sql.extend(self.tables.iter().map(Table::create));
        sql.extend(self.tables.iter().map(Table::parts));
        sql
    }
}

/// One of several.
pub(crate) fn one_of<'a, T>(several: &'a [T], random: &mut StdRng) -> &'a T {
    &several[random.random_range(0..several.len())]
}

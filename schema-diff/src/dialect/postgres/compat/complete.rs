//! The beginning of a query, made whole so that the server can look at it.

use super::writes::{WriteKind, writes};

/// Whole queries that the beginning may be the beginning of, the likeliest first.
pub fn completions(prefix: &str) -> Vec<String> {
    let mut endings: Vec<String> = ["", " true", " NULL", " (NULL)"].map(str::to_owned).into();
    if let Some(insert) = writes(prefix).iter().find(|write| write.kind == WriteKind::Insert && write.names_columns) {
        let nulls = vec!["NULL"; insert.columns.len()].join(", ");
        endings.insert(0, format!(" SELECT {nulls}"));
        endings.insert(1, format!(" ({nulls})"));
    }
    endings.into_iter().map(|ending| format!("{}{ending}", prefix.trim_end())).collect()
}

//! The difference as a unified diff of the canonical catalog text, and what stands around it.

use schema_diff::draft::Comparison;
use similar::{ChangeTag, DiffOp, DiffTag, TextDiff};

use super::style::{ADDED, FAINT, HEAD, REMOVED, styled};
use crate::args::Global;

pub(crate) fn show(global: &Global, comparison: &Comparison) {
    if global.quiet {
        return;
    }
    let aligned = &comparison.aligned;
    if !comparison.pending.is_empty() {
        let count = comparison.pending.len();
        anstream::println!(
            "{count} migration{} pending or open: {}; with {}:",
            plural(count),
            comparison.pending.join(", "),
            if count == 1 { "it" } else { "them" }
        );
    }
    if !aligned.drift.is_empty() {
        anstream::eprintln!("{}", styled(REMOVED, "the database is not what history and lock say:"));
        aligned.drift.iter().for_each(|words| anstream::eprintln!("  {words}"));
    }
    if comparison.is_empty() {
        anstream::println!("no difference");
    } else {
        let (old, new) = comparison.texts();
        unified(&old, &new);
    }
    if !aligned.first_contact.is_empty() {
        let names: Vec<String> = aligned.first_contact.iter().map(ToString::to_string).collect();
        anstream::println!("met for the first time (a baseline will write down their live form): {}", names.join(", "));
    }
    if !aligned.undeclared.is_empty() {
        let names: Vec<&str> = aligned.undeclared.iter().map(String::as_str).collect();
        anstream::println!(
            "{}",
            styled(FAINT, &format!("there and declared by no struct, left alone: {}", names.join(", ")))
        );
    }
    if aligned.unmanaged > 0 {
        let count = aligned.unmanaged;
        anstream::println!("{}", styled(FAINT, &format!("{count} table{} without a struct left alone", plural(count))));
    }
    if aligned.unmanaged_objects > 0 {
        let count = aligned.unmanaged_objects;
        let text = format!("{count} other object{} (views, functions, extensions …) left alone", plural(count));
        anstream::println!("{}", styled(FAINT, &text));
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

pub(crate) fn unified(old: &str, new: &str) {
    let diff = TextDiff::from_lines(old, new);
    for group in diff.grouped_ops(3) {
        anstream::println!("{}", styled(HEAD, &format!("@@ {} @@", heading(&diff, old, &group))));
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = change.value().trim_end_matches('\n');
            match change.tag() {
                ChangeTag::Equal => anstream::println!(" {line}"),
                ChangeTag::Delete => anstream::println!("{}", styled(REMOVED, &format!("-{line}"))),
                ChangeTag::Insert => anstream::println!("{}", styled(ADDED, &format!("+{line}"))),
            }
        }
    }
}

/// The object that the first change of a group is about: its line is the last one before it that isn't indented.
fn heading(diff: &TextDiff<'_, '_, str>, old: &str, group: &[DiffOp]) -> String {
    let is_head = |line: &&str| !line.is_empty() && !line.starts_with(char::is_whitespace);
    let changed = group.iter().find(|op| op.tag() != DiffTag::Equal);
    let first = changed.and_then(|op| diff.iter_changes(op).next()).map(|change| change.value()).filter(is_head);
    let before = || old.lines().take(changed.map_or(0, |op| op.old_range().start)).filter(is_head).last();
    let head = first.or_else(before).unwrap_or("catalog");
    head.split(" comment ").next().unwrap_or(head).trim_end().to_owned()
}

/// The refusal to write on top of somebody else's changes.
pub(crate) fn drift(items: &[String]) -> String {
    format!(
        "the database is not what history and lock say, so nothing is written:\n  {}\n`cargo schema drift` shows both forms; undo these changes, or bring them into a migration by hand (cargo schema new); `--from lock` plans from the lock instead",
        items.join("\n  ")
    )
}

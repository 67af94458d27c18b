//! What `check` found.

use super::catalog_diff::unified;
use super::style::{ADDED, FAINT, REMOVED, styled};
use crate::args::Global;
use crate::command::check::Finding;

pub(crate) fn show(global: &Global, findings: &[Finding], texts: Option<&(String, String)>, has_sql_files: bool) {
    for finding in findings {
        let place = finding.position.as_ref().map(|position| format!("{position}: ")).unwrap_or_default();
        let style = if finding.kind == "note" { FAINT } else { REMOVED };
        anstream::eprintln!("{} {place}{}", styled(style, &format!("{}:", finding.kind)), finding.text);
        if !finding.next.is_empty() {
            anstream::eprintln!("  {}", finding.next);
        }
    }
    if global.quiet {
        return;
    }
    if let Some((lock, structs)) = texts.filter(|(lock, structs)| lock != structs) {
        anstream::println!("from schema.lock to the structs:");
        unified(lock, structs);
    }
    if findings.iter().all(|finding| finding.kind == "note") {
        anstream::println!("{}", styled(ADDED, "structs, schema.lock and migrations agree"));
    }
    if has_sql_files {
        anstream::println!(
            "{}",
            styled(FAINT, "the folder of SQL files is not looked at: it takes a server, `cargo schema diff`")
        );
    }
}

pub(crate) fn json(findings: &[Finding]) -> serde_json::Value {
    let one = |finding: &Finding| {
        serde_json::json!({
            "kind": finding.kind,
            "file": finding.position.as_ref().map(|position| &position.file),
            "line": finding.position.as_ref().map(|position| position.line),
            "column": finding.position.as_ref().map(|position| position.column),
            "text": finding.text,
            "next": finding.next,
        })
    };
    serde_json::json!({ "findings": findings.iter().map(one).collect::<Vec<_>>() })
}

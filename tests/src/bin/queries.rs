//! Reads the queries of packages that use sqlx, and holds what was found against an independent count.
//!
//! `queries PACKAGE…`: each is a folder with a `Cargo.toml` and `src/lib.rs` or `src/main.rs`; all its features are on. The
//! count looks at tokens alone: wherever the name of one of sqlx's macros or functions is called, a query must begin
//! within the call, or a place that can't be read must be listed there. A call whose text stands in a constant or a
//! variable is met where that begins, so such calls are listed apart, to be looked at; and so are those in tests, which
//! nobody deploys and the reader leaves out. It ends with exit code 1 if another one is passed over.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use schema_diff::model::declare::{CrateRoot, Queries, queries};

const MACROS: [&str; 12] = [
    "query",
    "query_as",
    "query_scalar",
    "query_unchecked",
    "query_as_unchecked",
    "query_scalar_unchecked",
    "query_file",
    "query_file_as",
    "query_file_scalar",
    "query_file_unchecked",
    "query_file_as_unchecked",
    "query_file_scalar_unchecked",
];
const FUNCTIONS: [&str; 7] =
    ["query", "query_with", "query_as", "query_as_with", "query_scalar", "query_scalar_with", "raw_sql"];

/// A call of one of sqlx's names, from the line of its name to that of its closing parenthesis.
struct Call {
    file: PathBuf,
    name: String,
    lines: [usize; 2],
    /// Whether its text stands in it.
    literal: bool,
    /// The file that it names instead.
    sql_file: Option<String>,
    in_test: bool,
}

fn main() -> ExitCode {
    let packages: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    if packages.is_empty() {
        eprintln!("queries PACKAGE…");
        return ExitCode::from(2);
    }
    println!(
        "| package | read | not read | calls | of them in tests | named elsewhere | passed over |\n|---|---|---|---|---|---|---|"
    );
    let mut all_met = true;
    for package in packages {
        let found = queries(&roots(&package));
        let calls = calls(&package.join("src"));
        let (tests, calls): (Vec<&Call>, Vec<&Call>) = calls.iter().partition(|call| call.in_test);
        let (missed, elsewhere): (Vec<&Call>, Vec<&Call>) =
            calls.iter().filter(|call| !is_met(call, &found)).partition(|call| call.literal);
        let name = package.file_name().unwrap_or_default().display().to_string();
        let counts = [found.queries.len(), found.unread.len(), calls.len() + tests.len(), tests.len(), elsewhere.len()];
        println!("| {name} | {} | {} |", counts.map(|count| count.to_string()).join(" | "), missed.len());
        for unread in &found.unread {
            println!("    not read: {}: {}", unread.position, unread.why);
        }
        for (what, calls) in [("passed over", &missed), ("named elsewhere", &elsewhere)] {
            for call in calls {
                println!("    {what}: {}:{} {}", call.file.display(), call.lines[0], call.name);
            }
        }
        all_met &= missed.is_empty();
    }
    if all_met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn roots(package: &Path) -> Vec<CrateRoot> {
    let manifest = std::fs::read_to_string(package.join("Cargo.toml")).expect("a package");
    let manifest: toml::Table = manifest.parse().expect("a manifest");
    let features = manifest.get("features").and_then(|features| features.as_table());
    let features: Vec<String> = features.into_iter().flat_map(|features| features.keys().cloned()).collect();
    let name = manifest["package"]["name"].as_str().expect("a name").to_owned();
    let root = |file: &str| package.join("src").join(file);
    let library = root("lib.rs").is_file().then(|| name.replace('-', "_"));
    let files = ["lib.rs", "main.rs"].map(root).into_iter().filter(|file| file.is_file());
    files
        .map(|file| CrateRoot {
            package: name.clone(),
            library: library.clone().filter(|_| file.ends_with("lib.rs")),
            file,
            features: features.clone(),
        })
        .collect()
}

fn calls(folder: &Path) -> Vec<Call> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(calls(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source file");
            let tokens: TokenStream = text.parse().expect("Rust");
            in_stream(&path, tokens, false, &mut found);
        }
    }
    found
}

fn in_stream(file: &Path, tokens: TokenStream, in_test: bool, found: &mut Vec<Call>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    // An attribute is about what follows, up to its braces.
    let mut of_test = false;
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            let text = group.to_string();
            of_test |= group.delimiter() == Delimiter::Bracket && (text.contains("test]") || text.contains("(test)"));
            in_stream(file, group.stream(), in_test || of_test, found);
            of_test &= group.delimiter() != Delimiter::Brace;
        }
        let TokenTree::Ident(name) = token else { continue };
        let (text, before) = (name.to_string(), at.checked_sub(1).map(|before| tokens[before].to_string()));
        let rest = &tokens[at + 1..];
        let is_macro = rest.first().is_some_and(|next| next.to_string() == "!") && MACROS.contains(&text.as_str());
        let is_function = FUNCTIONS.contains(&text.as_str()) && !matches!(before.as_deref(), Some("." | "fn"));
        let arguments = match rest {
            [_, group, ..] if is_macro => Some(group),
            [group @ TokenTree::Group(_), ..] if is_function => Some(group),
            // `::<…>`: up to the parenthesis.
            [first, ..] if is_function && first.to_string() == ":" => rest.iter().find(|token| is_parenthesis(token)),
            _ => None,
        };
        if let Some(arguments) = arguments.filter(|arguments| is_parenthesis(arguments)) {
            let lines = [name.span().start().line, arguments.span().end().line];
            let first = match arguments {
                TokenTree::Group(group) => {
                    group.stream().into_iter().nth(usize::from(text.contains("_as") && is_macro) * 2)
                }
                _ => None,
            };
            let literal = matches!(&first, Some(TokenTree::Literal(_)));
            let sql_file =
                first.filter(|_| text.starts_with("query_file")).map(|name| name.to_string().replace('"', ""));
            found.push(Call { file: file.to_owned(), name: text, lines, literal, sql_file, in_test });
        }
    }
}

fn is_parenthesis(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis)
}

fn is_met(call: &Call, found: &Queries) -> bool {
    let queries = found.queries.iter().map(|query| &query.position);
    // The text of a file begins in that file.
    if let Some(file) = &call.sql_file {
        return found.queries.iter().any(|query| query.position.file.ends_with(file.as_str()));
    }
    let mut places = queries.chain(found.unread.iter().map(|unread| &unread.position));
    places.any(|place| Path::new(&place.file) == call.file && (call.lines[0]..=call.lines[1]).contains(&place.line))
}

//! Calls of sqlx whose SQL is made at run time.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::{Block, Expr, ExprCall, Lit, Path, Stmt};

/// The functions of sqlx that take SQL first.
const FUNCTIONS: &[&str] =
    &["query", "query_as", "query_scalar", "query_with", "query_as_with", "query_scalar_with", "raw_sql"];

/// Whether a call runs SQL that isn't a literal.
pub(crate) fn is_dynamic(call: &ExprCall) -> bool {
    let Expr::Path(function) = &*call.func else { return false };
    takes_sql(&function.path) && call.args.first().is_some_and(|sql| !is_readable(sql))
}

/// Where the call's SQL stands.
pub(crate) fn place(call: &ExprCall) -> Span {
    call.args.first().map_or_else(|| call.span(), Spanned::span)
}

fn takes_sql(path: &Path) -> bool {
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [.., "QueryBuilder", "new" | "with_arguments"] => true,
        [name] | ["sqlx", .., name] => FUNCTIONS.contains(name),
        _ => false,
    }
}

/// Whether an expression can only be a literal of the source.
fn is_readable(sql: &Expr) -> bool {
    match sql {
        Expr::Lit(literal) => matches!(literal.lit, Lit::Str(_)),
        Expr::Reference(reference) => is_readable(&reference.expr),
        Expr::Paren(paren) => is_readable(&paren.expr),
        Expr::Group(group) => is_readable(&group.expr),
        Expr::Macro(invocation) => is_literal_macro(&invocation.mac.path),
        // A constant is made of literals, and these are listed where it is defined.
        Expr::Path(path) => path.path.segments.last().is_some_and(|last| is_constant(&last.ident.to_string())),
        Expr::Call(call) => wrapped(call),
        Expr::If(choice) => {
            let otherwise = choice.else_branch.as_ref();
            tail(&choice.then_branch) && otherwise.is_some_and(|(_, otherwise)| is_readable(otherwise))
        }
        Expr::Match(choice) => choice.arms.iter().all(|arm| is_readable(&arm.body)),
        Expr::Block(block) => tail(&block.block),
        _ => false,
    }
}

/// `AssertSqlSafe("…")` says nothing about where its SQL comes from.
fn wrapped(call: &ExprCall) -> bool {
    let Expr::Path(function) = &*call.func else { return false };
    let safe = function.path.segments.last().is_some_and(|last| last.ident == "AssertSqlSafe");
    safe && call.args.first().is_some_and(is_readable)
}

fn tail(block: &Block) -> bool {
    matches!(block.stmts.as_slice(), [Stmt::Expr(value, None)] if is_readable(value))
}

fn is_literal_macro(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident == "include_str" || last.ident == "concat")
}

fn is_constant(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// The same within a macro, where there are only tokens: the places of SQL that isn't a literal.
pub(crate) fn in_tokens(trees: &[TokenTree]) -> Vec<Span> {
    let calls = trees.iter().enumerate().filter(|(at, tree)| is_function(trees, *at, tree));
    let arguments = calls.filter_map(|(at, _)| arguments(&trees[at + 1..]));
    arguments.filter_map(|group| unreadable(group.stream())).collect()
}

fn is_function(trees: &[TokenTree], at: usize, tree: &TokenTree) -> bool {
    let TokenTree::Ident(word) = tree else { return false };
    let before = at.checked_sub(1).and_then(|before| trees.get(before));
    let method = matches!(before, Some(TokenTree::Punct(punct)) if punct.as_char() == '.');
    let definition = matches!(before, Some(TokenTree::Ident(word)) if word == "fn");
    FUNCTIONS.iter().any(|function| word == function) && !method && !definition
}

/// The parentheses of a call, after generic arguments if there are any.
fn arguments(rest: &[TokenTree]) -> Option<&Group> {
    let mut depth = 0_i32;
    for (at, tree) in rest.iter().enumerate() {
        match tree {
            TokenTree::Punct(punct) if at < 2 && punct.as_char() == ':' => {}
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth -= 1,
            TokenTree::Group(group) if depth == 0 && group.delimiter() == Delimiter::Parenthesis => {
                return Some(group);
            }
            _ if depth > 0 => {}
            _ => return None,
        }
    }
    None
}

/// The place of a call's first argument if it is no literal.
fn unreadable(arguments: TokenStream) -> Option<Span> {
    let mut comma = false;
    let first: TokenStream = arguments
        .into_iter()
        .take_while(|tree| {
            comma |= matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',');
            !comma
        })
        .collect();
    match syn::parse2::<Expr>(first.clone()) {
        Ok(sql) if is_readable(&sql) => None,
        Ok(sql) => Some(sql.span()),
        Err(_) => first.into_iter().next().map(|tree| tree.span()),
    }
}

//! The texts that an expression can have, as far as the source alone tells.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{BinOp, Block, Expr, ExprMacro, Lit, Stmt, Token};

use super::constants::Constants;
use crate::column::Position;
use crate::declare::source::report;

/// A text and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// The text.
    pub(super) value: String,
    /// Its place.
    pub(super) position: Position,
}

/// The file in which an expression stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// Its name as shown.
    pub(super) file: &'a str,
    /// Its path.
    pub(super) path: &'a Path,
}

impl Place<'_> {
    /// A place in the file.
    pub(super) fn at(self, span: Span) -> Position {
        report::position(self.file, span)
    }

    /// A file that stands for a literal, relative to a folder.
    pub(super) fn file(self, folder: Option<PathBuf>, name: &str) -> Option<Text> {
        let path = folder.unwrap_or_default().join(name);
        let value = std::fs::read_to_string(&path).ok()?;
        Some(Text { value, position: Position { file: path.display().to_string(), line: 1, column: 1 } })
    }

    /// The folder of the nearest manifest, which the paths of `query_file!` are relative to.
    pub(super) fn package_folder(self) -> Option<PathBuf> {
        let folders = self.path.ancestors().skip(1);
        folders.into_iter().find(|folder| folder.join("Cargo.toml").is_file()).map(Path::to_owned)
    }
}

/// The names of a block and what they stand for; nothing where that can't be told.
pub(super) type Locals = BTreeMap<String, Option<Vec<Text>>>;

/// Reads expressions.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    /// Where they stand.
    pub(super) place: Place<'a>,
    /// The constants of the source.
    pub(super) constants: &'a Constants,
    /// The names of the blocks around, the innermost last.
    pub(super) locals: &'a [Locals],
}

/// Methods that leave a string what it is.
const SAME_TEXT: &[&str] =
    &["as_str", "as_ref", "borrow", "clone", "into", "into_sql_str", "to_owned", "to_string", "trim"];
/// Functions that do.
const WRAPPERS: &[&str] = &["AssertSqlSafe", "from", "from_static", "Borrowed"];

impl Reading<'_> {
    /// All texts that the expression can have; nothing where one can't be told.
    pub(super) fn texts(self, expression: &Expr) -> Option<Vec<Text>> {
        match expression {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(vec![Text { value: text.value(), position: self.place.at(text.span()) }]),
                _ => None,
            },
            Expr::Reference(reference) => self.texts(&reference.expr),
            Expr::Paren(paren) => self.texts(&paren.expr),
            Expr::Group(group) => self.texts(&group.expr),
            Expr::Binary(sum) if matches!(sum.op, BinOp::Add(_)) => {
                Some(joined(&[self.texts(&sum.left)?, self.texts(&sum.right)?]))
            }
            Expr::MethodCall(call) if SAME_TEXT.iter().any(|same| call.method == same) => self.texts(&call.receiver),
            Expr::Call(call) => {
                let Expr::Path(function) = &*call.func else { return None };
                let last = &function.path.segments.last()?.ident;
                let same = WRAPPERS.iter().any(|same| last == same);
                self.texts(call.args.first().filter(|_| same)?)
            }
            Expr::Macro(invocation) => self.of_macro(invocation),
            Expr::Path(path) => self.named(path),
            Expr::If(choice) => {
                let (_, otherwise) = choice.else_branch.as_ref()?;
                Some([self.tail(&choice.then_branch)?, self.texts(otherwise)?].concat())
            }
            Expr::Match(choice) => {
                let arms: Option<Vec<_>> = choice.arms.iter().map(|arm| self.texts(&arm.body)).collect();
                Some(arms?.concat())
            }
            Expr::Block(block) => self.tail(&block.block),
            _ => None,
        }
    }

    fn tail(self, block: &Block) -> Option<Vec<Text>> {
        match block.stmts.as_slice() {
            [Stmt::Expr(value, None)] => self.texts(value),
            _ => None,
        }
    }

    fn named(self, path: &syn::ExprPath) -> Option<Vec<Text>> {
        let name = path.path.segments.last()?.ident.to_string();
        if path.path.segments.len() == 1
            && let Some(known) = self.locals.iter().rev().find_map(|names| names.get(&name))
        {
            return known.clone();
        }
        self.constants.named(&name, self.place.file)
    }

    fn of_macro(self, invocation: &ExprMacro) -> Option<Vec<Text>> {
        let name = invocation.mac.path.segments.last()?.ident.to_string();
        let arguments = expressions(invocation.mac.tokens.clone())?;
        match name.as_str() {
            "include_str" => {
                let name = self.texts(arguments.first()?)?.into_iter().next()?.value;
                self.place.file(self.place.path.parent().map(Path::to_owned), &name).map(|text| vec![text])
            }
            "concat" | "concatcp" => {
                let parts: Option<Vec<_>> = arguments.iter().map(|part| self.texts(part)).collect();
                Some(joined(&parts?))
            }
            "format" | "formatcp" | "const_format" => self.formatted(&arguments),
            _ => None,
        }
    }

    /// `format!("SELECT {COLUMNS} FROM {}", TABLE)` where everything that is put in is constant.
    fn formatted(self, arguments: &[Expr]) -> Option<Vec<Text>> {
        let (pattern, values) = arguments.split_first()?;
        let Expr::Lit(literal) = pattern else { return None };
        let Lit::Str(literal) = &literal.lit else { return None };
        let mut values = values.iter();
        let (mut value, text) = (String::new(), literal.value());
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['{', '}']) {
            value.push_str(&rest[..at]);
            let doubled = ["{{", "}}"].iter().any(|pair| rest[at..].starts_with(pair));
            if doubled {
                value.push_str(&rest[at..=at]);
                rest = &rest[at + 2..];
                continue;
            }
            let end = at + rest[at..].find('}')?;
            let name = &rest[at + 1..end];
            let texts = match name {
                "" => self.texts(values.next()?)?,
                name => self.texts(&syn::parse_str(name).ok()?)?,
            };
            let [one] = texts.as_slice() else { return None };
            value.push_str(&one.value);
            rest = &rest[end + 1..];
        }
        value.push_str(rest);
        Some(vec![Text { value, position: self.place.at(pattern.span()) }])
    }
}

/// Every text of the first with every text of the second, and so on.
fn joined(parts: &[Vec<Text>]) -> Vec<Text> {
    let mut parts = parts.iter();
    let first = parts.next().cloned().unwrap_or_default();
    parts.fold(first, |before, part| {
        let both = |text: &Text| {
            let position = text.position.clone();
            let value = text.value.clone();
            part.iter().map(move |next| Text { value: format!("{value}{}", next.value), position: position.clone() })
        };
        before.iter().flat_map(both).collect()
    })
}

/// The arguments of a macro that takes expressions.
pub(super) fn expressions(tokens: TokenStream) -> Option<Vec<Expr>> {
    let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
    syn::parse::Parser::parse2(parser, tokens).ok().map(|list| list.into_iter().collect())
}

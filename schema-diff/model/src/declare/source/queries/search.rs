//! Goes through a file and finds what is run by sqlx.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Block, Expr, ExprCall, ExprMethodCall, GenericArgument, ImplItemFn, Item, ItemFn, ItemImpl, Local,
    Macro, Pat, PathArguments, StmtMacro, Type,
};

use super::constants::Constants;
use super::expected::{self, Expected};
use super::forms::{self, Form, Into, begins_like_sql};
use super::rows::Rows;
use super::text::{Locals, Place, Reading, Text, expressions};
use super::{Queries, Query, QueryForm, RowReader, Unread};
use crate::declare::source::condition::{Conditions, State};
use crate::declare::source::tree::{ModuleId, Tree};
use crate::declare::source::{hidden, names};

pub(super) struct Search<'a> {
    tree: &'a Tree,
    module: ModuleId,
    place: Place<'a>,
    constants: &'a Constants,
    conditions: Conditions<'a>,
    locals: Vec<Locals>,
    /// What rows are read into, by the place of the call.
    expected: BTreeMap<(usize, usize), Type>,
    /// What `Self` is.
    own_type: Option<Type>,
    found: &'a mut Queries,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        tree: &'a Tree,
        module: ModuleId,
        constants: &'a Constants,
        conditions: Conditions<'a>,
        found: &'a mut Queries,
    ) -> Self {
        let file = &tree.files[tree.modules[module].file];
        let place = Place { file: &file.name, path: &file.path };
        let (locals, expected) = (Vec::new(), BTreeMap::new());
        Self { tree, module, place, constants, conditions, locals, expected, own_type: None, found }
    }

    fn is_compiled(&self, attributes: &[Attribute]) -> bool {
        self.conditions.of(attributes) != State::Off && !hidden::is_test(attributes)
    }

    fn reading(&self) -> Reading<'_> {
        Reading { place: self.place, constants: self.constants, locals: &self.locals }
    }

    fn rows(&self, form: Form, named: Option<&Type>) -> RowReader {
        let rows = Rows { tree: self.tree, by_name: form.form != QueryForm::Macro };
        let own = |ty: &Type| matches!(ty, Type::Path(path) if path.path.is_ident("Self"));
        let Some(ty) = named else { return RowReader::Unknown };
        let ty = if own(ty) { self.own_type.as_ref().unwrap_or(ty) } else { ty };
        match form.into {
            Into::Row => RowReader::Unknown,
            Into::Named => rows.fields(self.module, ty).map_or(RowReader::Unknown, RowReader::Fields),
            Into::Scalar => rows.value(self.module, ty).map_or(RowReader::Unknown, RowReader::Scalar),
        }
    }

    fn expect(&mut self, expected: Option<Expected<'_>>) {
        if let Some((call, ty)) = expected {
            self.expected.insert(start(call), ty);
        }
    }

    fn add(&mut self, texts: Vec<Text>, form: QueryForm, rows: &RowReader) {
        let query = |text: Text| Query { position: text.position, text: text.value, form, rows: rows.clone() };
        self.found.queries.extend(texts.into_iter().map(query));
    }

    fn unread(&mut self, span: proc_macro2::Span, why: &str) {
        self.found.unread.push(Unread { position: self.place.at(span), why: why.to_owned() });
    }

    /// The SQL of one of sqlx's macros: after the type, where one is named.
    fn sql_macro(&mut self, form: Form, invocation: &Macro) {
        let mut tokens = invocation.tokens.clone();
        let mut named = None;
        if form.into == Into::Named {
            let (first, rest) = at_comma(tokens);
            named = syn::parse2::<Type>(first).ok();
            tokens = rest;
        }
        let (sql, _) = at_comma(tokens);
        let Ok(sql) = syn::parse2::<Expr>(sql) else {
            return self.unread(invocation.path.span(), "its SQL is put together by another macro");
        };
        let texts = match form.file {
            false => self.reading().texts(&sql),
            true => self.reading().texts(&sql).and_then(|names| {
                let file = |name: Text| self.place.file(self.place.package_folder(), &name.value);
                names.into_iter().map(file).collect()
            }),
        };
        match texts {
            Some(texts) => {
                let rows = self.rows(form, named.as_ref());
                self.add(texts, QueryForm::Macro, &rows);
            }
            None if form.file => self.unread(sql.span(), "the file with its SQL is not there"),
            None => self.unread(sql.span(), "its SQL is put together at run time"),
        }
    }

    /// Whether `query(…)` without `sqlx::` can be sqlx's: what is unreadable counts only then. A module of the
    /// application's may pass it on (`db::query(…)`), a type of that name is another thing.
    fn is_of_sqlx(&self, path: &syn::Path) -> bool {
        let Some(first) = path.segments.first().map(|segment| segment.ident.to_string()) else { return false };
        let names = self.tree.names(self.module);
        let of_sqlx = |segments: &[String]| segments.first().is_some_and(|root| root == "sqlx");
        let within = path.segments.iter().rev().nth(1).map(|segment| segment.ident.to_string());
        within.is_some_and(|name| name.starts_with(char::is_lowercase))
            || names.imports.get(&first).is_some_and(|import| of_sqlx(&import.segments))
            || names.globs.iter().any(|glob| of_sqlx(&glob.segments))
    }

    /// The code among the tokens of a macro that isn't sqlx's: expressions, statements, or single calls.
    fn tokens(&mut self, tokens: TokenStream) {
        if let Some(list) = expressions(tokens.clone()) {
            return list.iter().for_each(|expression| self.visit_expr(expression));
        }
        if let Ok(statements) = syn::parse::Parser::parse2(Block::parse_within, tokens.clone()) {
            return statements.iter().for_each(|statement| self.visit_stmt(statement));
        }
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, tree) in trees.iter().enumerate() {
            if let (TokenTree::Ident(name), Some(TokenTree::Punct(bang)), Some(TokenTree::Group(group))) =
                (tree, trees.get(at + 1), trees.get(at + 2))
                && bang.as_char() == '!'
                && let Some(form) = forms::of_macro(&name.to_string())
            {
                let path = syn::Path::from(name.clone());
                let delimiter = syn::MacroDelimiter::Paren(syn::token::Paren(group.span()));
                let invocation =
                    Macro { path, bang_token: syn::Token![!](bang.span()), delimiter, tokens: group.stream() };
                self.sql_macro(form, &invocation);
            } else if let TokenTree::Group(group) = tree
                && !is_sql_macro(&trees, at)
            {
                self.tokens(group.stream());
            }
        }
    }
}

/// Whether the group at this place belongs to one of sqlx's macros.
fn is_sql_macro(trees: &[TokenTree], at: usize) -> bool {
    let name = at.checked_sub(2).and_then(|name| trees.get(name));
    matches!(name, Some(TokenTree::Ident(name)) if forms::of_macro(&name.to_string()).is_some())
}

/// The tokens before the first comma, and those after it.
fn at_comma(tokens: TokenStream) -> (TokenStream, TokenStream) {
    let mut depth = 0_i32;
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let comma = trees.iter().position(|tree| {
        if let TokenTree::Punct(punct) = tree {
            match punct.as_char() {
                '<' => depth += 1,
                '>' => depth -= 1,
                ',' => return depth <= 0,
                _ => {}
            }
        }
        false
    });
    match comma {
        Some(at) => (trees[..at].iter().cloned().collect(), trees[at + 1..].iter().cloned().collect()),
        None => (trees.into_iter().collect(), TokenStream::new()),
    }
}

/// The place of a call in its file.
fn start(call: &ExprCall) -> (usize, usize) {
    let start = call.span().start();
    (start.line, start.column)
}

/// The last type between `::<` and `>`.
fn last_type(path: &syn::Path) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &path.segments.last()?.arguments else { return None };
    arguments.args.iter().rev().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !self.is_compiled(names::attributes(item)) {
            return;
        }
        let Item::Mod(inner) = item else { return visit::visit_item(self, item) };
        let outer = self.module;
        let name = syn::ext::IdentExt::unraw(&inner.ident).to_string();
        if inner.content.is_some()
            && let Some(child) = self.tree.modules[outer].children.get(&name)
        {
            self.module = *child;
        }
        visit::visit_item(self, item);
        self.module = outer;
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let outer = self.own_type.replace((*item.self_ty).clone());
        visit::visit_item_impl(self, item);
        self.own_type = outer;
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.expect(expected::of_function(&function.sig, &function.block));
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if self.is_compiled(&function.attrs) {
            self.expect(expected::of_function(&function.sig, &function.block));
            visit::visit_impl_item_fn(self, function);
        }
    }

    /// Documentation isn't code.
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_block(&mut self, block: &'ast Block) {
        self.locals.push(Locals::new());
        visit::visit_block(self, block);
        self.locals.pop();
    }

    fn visit_local(&mut self, local: &'ast Local) {
        self.expect(expected::of_local(local));
        visit::visit_local(self, local);
        let pattern = match &local.pat {
            Pat::Type(typed) => &*typed.pat,
            pattern => pattern,
        };
        let Pat::Ident(name) = pattern else { return };
        let constant = local.init.as_ref().filter(|_| name.mutability.is_none());
        let texts = constant.and_then(|init| self.reading().texts(&init.expr));
        if let Some(innermost) = self.locals.last_mut() {
            innermost.insert(name.ident.to_string(), texts);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(function) = &*call.func
            && let (Some(form), Some(sql)) = (forms::of_function(&function.path), call.args.first())
        {
            let texts = self.reading().texts(sql);
            let sure = form.form == QueryForm::Prefix || self.is_of_sqlx(&function.path);
            match texts {
                Some(texts) if sure || texts.iter().all(|text| begins_like_sql(&text.value)) => {
                    let named = last_type(&function.path).filter(|ty| !matches!(ty, Type::Infer(_)));
                    let named = named.or_else(|| self.expected.get(&start(call)));
                    let rows = self.rows(form, named);
                    self.add(texts, form.form, &rows);
                }
                None if sure => self.unread(sql.span(), "its SQL is put together at run time"),
                Some(_) | None => {}
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if forms::EXECUTOR_METHODS.iter().any(|method| call.method == method)
            && let Some(texts) = call.args.first().and_then(|sql| self.reading().texts(sql))
            && texts.iter().all(|text| begins_like_sql(&text.value))
        {
            self.add(texts, QueryForm::Simple, &RowReader::Unknown);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_stmt_macro(&mut self, statement: &'ast StmtMacro) {
        self.visit_macro(&statement.mac);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        let name = invocation.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        match forms::of_macro(&name) {
            Some(form) => {
                self.sql_macro(form, invocation);
                // Arguments of the query may run others.
                let (_, mut arguments) = at_comma(invocation.tokens.clone());
                if form.into == Into::Named {
                    arguments = at_comma(arguments).1;
                }
                self.tokens(arguments);
            }
            None => self.tokens(invocation.tokens.clone()),
        }
    }
}

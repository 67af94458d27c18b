//! What `cargo schema … --compiled` is told of a declaration: its source and what the paths in it mean. A hidden test
//! writes it down, under a condition that only that command sets.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use schema_model::declare::{Core, DefaultValue, Item, Kind, TableItem, peel};
use syn::ext::IdentExt;
use syn::{GenericParam, Generics, Path, Type, TypePath};

use crate::expand::facade;
use crate::source_text::SourceText;

/// The meanings beside the declaration, and the test in a module of its own: only there the lint about unknown
/// conditions can be turned off.
pub(crate) fn item(item: &Item, source: &SourceText) -> TokenStream {
    let facade = facade(item);
    let ident = &item.ident;
    let module = format_ident!("__schema_export_{}", ident);
    let open = is_open(&item.generics);
    let paths = paths(item).into_iter().filter(|path| !open || !path.mentions(&item.generics));
    let questions = paths.map(|path| path.question(&facade));
    // Of a type with open parameters nothing can be asked without them: a type beside it answers instead.
    let (generics, own, seen_from_test) = if open {
        (Generics::default(), quote!(#module::Paths), quote!(Paths))
    } else {
        let (_, arguments, _) = item.generics.split_for_impl();
        (item.generics.clone(), quote!(#ident #arguments), quote!(super::#ident))
    };
    let beside = open.then(|| {
        quote!(
            #[allow(dead_code)]
            pub(super) struct Paths;
        )
    });
    // A path that begins at the declaration's module means another one in the module of the test.
    let names = item.facade.as_ref().map(|_| {
        quote!(
            #[allow(unused_imports)]
            use super::*;
        )
    });
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let SourceText { file, line, text } = source;
    let name = ident.unraw().to_string();
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use #facade::export::Undeclared as _;
            #[automatically_derived]
            #[allow(elided_lifetimes_in_paths)]
            impl #impl_generics #facade::export::Declared for #own #where_clause {
                const PATHS: &'static [(&'static ::core::primitive::str, &'static #facade::export::RustType)] =
                    &[#(#questions),*];
            }
        };
        #[doc(hidden)]
        #[allow(unexpected_cfgs, non_snake_case)]
        mod #module {
            #beside
            #[cfg(all(test, schema_diff_export))]
            #[test]
            fn export() {
                #names
                #facade::export::write(#facade::export::Declaration {
                    test: ::core::module_path!(),
                    file: #file,
                    line: #line,
                    name: #name,
                    source: #text,
                    paths: <#seen_from_test as #facade::export::Declared>::PATHS,
                });
            }
        }
    }
}

/// Whether the type can't be named without saying what its parameters are.
fn is_open(generics: &Generics) -> bool {
    generics.params.iter().any(|parameter| match parameter {
        GenericParam::Lifetime(_) => false,
        GenericParam::Type(parameter) => parameter.default.is_none(),
        GenericParam::Const(parameter) => parameter.default.is_none(),
    })
}

/// A path that somebody has to look up.
struct Written {
    path: TypePath,
    /// Whether it is to be a struct with columns, and not a column's type.
    is_row: bool,
}

impl Written {
    /// The path's words, by which the reader looks it up, and the question to the compiler.
    fn question(&self, facade: &TokenStream) -> TokenStream {
        let path = &self.path;
        let words = path.path.segments.iter().map(|segment| segment.ident.to_string().replace('$', ""));
        let words = words.collect::<Vec<_>>().join("::");
        let answer = if self.is_row { quote!(ROW) } else { quote!(COLUMN) };
        quote!((#words, #facade::export::Probe::<#path>::#answer))
    }

    /// Whether one of the parameters stands in it.
    fn mentions(&self, generics: &Generics) -> bool {
        let words = words(self.path.to_token_stream());
        generics.params.iter().any(|parameter| match parameter {
            GenericParam::Lifetime(parameter) => words.contains(&parameter.lifetime.ident),
            GenericParam::Type(parameter) => words.contains(&parameter.ident),
            GenericParam::Const(parameter) => words.contains(&parameter.ident),
        })
    }
}

fn words(tokens: TokenStream) -> Vec<Ident> {
    let mut found = Vec::new();
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => found.extend(words(group.stream())),
            TokenTree::Ident(word) => found.push(word),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    found
}

/// Every path that somebody has to look up.
fn paths(item: &Item) -> Vec<Written> {
    let of_path = |path: &Path, is_row| Written { path: TypePath { qself: None, path: path.clone() }, is_row };
    let of_type = |ty: &Type, is_row| match peel(own(item, ty)).core {
        Core::Path(path) => Some(Written { path, is_row }),
        Core::Bytes | Core::Impossible(..) => None,
    };
    match &item.kind {
        Kind::Newtype(newtype) if newtype.sql_type.is_none() => of_type(&newtype.inner, false).into_iter().collect(),
        Kind::Newtype(_) | Kind::Enum(_) => Vec::new(),
        Kind::Table(table) => {
            let fields = table.fields.iter().filter(|field| field.sql_type.is_none());
            let fields = fields.filter_map(|field| of_type(&field.ty, field.flatten));
            let targets = targets(table).map(|path| of_path(path, true));
            let enums = enums(table).map(|path| of_path(&path, false));
            fields.chain(targets).chain(enums).collect()
        }
    }
}

/// The type, or the default of the type parameter that it is.
fn own<'a>(item: &'a Item, ty: &'a Type) -> &'a Type {
    match peel(ty).core {
        Core::Path(path) => item.parameter_default(&path).map_or(ty, |default| own(item, default)),
        Core::Bytes | Core::Impossible(..) => ty,
    }
}

/// The structs of other tables.
fn targets(table: &TableItem) -> impl Iterator<Item = &Path> {
    table.all_references().map(|reference| &reference.target).chain(&table.projection_of)
}

/// The enums whose variants are defaults.
fn enums(table: &TableItem) -> impl Iterator<Item = Path> {
    let variants = table.fields.iter().filter_map(|field| match field.default.as_ref()? {
        DefaultValue::Variant(path) => Some(path),
        DefaultValue::Sql(_) => None,
    });
    variants.filter(|path| path.segments.len() > 1).map(|path| {
        let mut path = path.clone();
        path.segments.pop();
        // What is left ends in `::`, which no path may.
        path.segments.pop_punct();
        path
    })
}

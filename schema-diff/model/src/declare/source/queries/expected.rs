//! What a query without `::<_, Row>` is read into, where a function's result or the type of a `let` says so.

use syn::{Block, Expr, ExprCall, GenericArgument, Local, Pat, PathArguments, ReturnType, Signature, Stmt, Type};

/// A call whose rows are read into a type.
pub(super) type Expected<'a> = (&'a ExprCall, Type);

/// The query that a function ends with.
pub(super) fn of_function<'a>(signature: &Signature, body: &'a Block) -> Option<Expected<'a>> {
    let ReturnType::Type(_, result) = &signature.output else { return None };
    match body.stmts.last()? {
        Stmt::Expr(value, None) => of(value, result),
        _ => None,
    }
}

/// The query that a `let` with a type begins with.
pub(super) fn of_local(local: &Local) -> Option<Expected<'_>> {
    let Pat::Type(typed) = &local.pat else { return None };
    of(&local.init.as_ref()?.expr, &typed.ty)
}

fn of<'a>(value: &'a Expr, ty: &Type) -> Option<Expected<'a>> {
    let (call, fetch) = query(value, None)?;
    let ty = argument(ty, "Result").unwrap_or(ty);
    let row = match fetch? {
        Fetch::One => ty,
        Fetch::All => argument(ty, "Vec")?,
        Fetch::Optional => argument(ty, "Option")?,
    };
    Some((call, row.clone()))
}

/// How many rows are fetched.
#[derive(Clone, Copy, Debug)]
enum Fetch {
    One,
    All,
    Optional,
}

/// Down a chain of methods, `.await`, `?` and `Ok(…)` to the call that it begins with.
fn query(value: &Expr, fetch: Option<Fetch>) -> Option<(&ExprCall, Option<Fetch>)> {
    match value {
        Expr::Await(inner) => query(&inner.base, fetch),
        Expr::Try(inner) => query(&inner.expr, fetch),
        Expr::Paren(inner) => query(&inner.expr, fetch),
        Expr::MethodCall(call) => {
            let fetch = match call.method.to_string().as_str() {
                "fetch_one" => Some(Fetch::One),
                "fetch_all" => Some(Fetch::All),
                "fetch_optional" => Some(Fetch::Optional),
                // These make something else of the row.
                "map" | "and_then" | "unwrap_or" | "unwrap_or_default" | "ok_or" | "try_map" => return None,
                _ => fetch,
            };
            query(&call.receiver, fetch)
        }
        Expr::Call(call) => match &*call.func {
            Expr::Path(function) if function.path.is_ident("Ok") => query(call.args.first()?, fetch),
            _ => Some((call, fetch)),
        },
        _ => None,
    }
}

/// The first type argument of a type of that name.
fn argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

//! `#[db(crate = "…")]`: an application that calls schema-diff by another name, and has nothing else.

use sd::{Schema, Table};

/// A key.
#[derive(Schema)]
#[db(crate = "sd")]
pub struct NodeId(pub i64);

/// A colour.
#[derive(Schema)]
#[db(crate = "sd")]
pub enum Colour {
    /// Red.
    Red,
    /// Black.
    Black,
}

/// Where a node is.
#[derive(Schema)]
#[db(crate = "sd", embedded)]
pub struct Place {
    /// To the right.
    pub x: f64,
}

/// A node of a tree.
#[derive(Schema)]
#[db(crate = "sd", table = "nodes")]
pub struct Node {
    /// Its key.
    #[db(primary_key)]
    pub id: NodeId,
    /// The node above it.
    #[db(references(Node::id, on_delete = cascade))]
    pub parent: Option<NodeId>,
    /// Its colour.
    #[db(default = Colour::Red)]
    pub colour: Colour,
    /// Where it is.
    #[sqlx(flatten)]
    pub place: Place,
}

/// The name of the table of nodes.
pub const NODES: &str = Node::NAME;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_traits_are_found_under_the_other_name() {
        assert_eq!(NODES, "public.nodes");
        assert_eq!(Node::COLUMNS.parent.name(), "parent");
    }
}

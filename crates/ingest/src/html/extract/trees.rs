//! Gradient-boosted trees: each adds the value of the leaf that a row of features falls into, and the sum is the
//! log odds.

/// A model, read from its text form: a line `features NAME…`, then a line a tree. A tree is written in
/// pre-order: `F<T` for a split on feature number F, the lower branch (`<= T`) first, and a number alone for a leaf.
pub(super) struct Trees(Vec<Vec<Node>>);

#[derive(Clone, Copy)]
enum Node {
    /// The lower branch is the next node.
    Split {
        feature: usize,
        at: f32,
        higher: usize,
    },
    Leaf(f32),
}

impl Trees {
    /// Reads a model that ships with the program, for rows of the features `names`. Those that it was not trained
    /// on are passed over.
    ///
    /// # Panics
    /// If it is not in that form or asks for a feature that is not there: that is a fault of the build and not of
    /// the input.
    pub(super) fn parse(text: &str, names: &[String]) -> Self {
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let head = lines.next().and_then(|line| line.strip_prefix("features "));
        let features = head.expect("the model begins with its features").split(' ');
        let place = |feature: &str| names.iter().position(|name| name == feature);
        let places: Vec<usize> =
            features.map(|feature| place(feature).expect("there is such a feature")).collect();
        Self(lines.map(|line| tree(line, &places)).collect())
    }

    /// The probability that a row is of the class, 0–1.
    pub(super) fn probability(&self, row: &[f32]) -> f32 {
        let odds: f32 = self.0.iter().map(|tree| value(tree, row)).sum();
        1.0 / (1.0 + (-odds).exp())
    }
}

fn tree(line: &str, places: &[usize]) -> Vec<Node> {
    let mut nodes = Vec::new();
    // Splits whose higher branch has not begun.
    let mut open = Vec::new();
    for token in line.split(' ') {
        if let Some((feature, at)) = token.split_once('<') {
            open.push(nodes.len());
            let feature: usize = feature.parse().expect("a split names its feature");
            nodes.push(Node::Split { feature: places[feature], at: number(at), higher: 0 });
            continue;
        }
        nodes.push(Node::Leaf(number(token)));
        let next = nodes.len();
        if let Some(split) = open.pop()
            && let Node::Split { higher, .. } = &mut nodes[split]
        {
            *higher = next;
        }
    }
    nodes
}

fn number(text: &str) -> f32 {
    text.parse().expect("the model holds numbers")
}

fn value(tree: &[Node], row: &[f32]) -> f32 {
    let mut at = 0;
    loop {
        match tree[at] {
            Node::Leaf(value) => return value,
            Node::Split { feature, at: threshold, higher } => {
                at = if row[feature] <= threshold { at + 1 } else { higher };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_falls_into_one_leaf_of_every_tree() {
        let names = ["other", "b", "a"].map(str::to_owned);
        let trees = Trees::parse("# a comment\nfeatures a b\n0<1.5 1<0 -2 1 3\n0.5\n", &names);
        let odds = |row: [f32; 3]| {
            let p = trees.probability(&row);
            (p / (1.0 - p)).ln()
        };
        let rows = [([9.0, 0.0, 1.0], -1.5), ([9.0, 0.1, 1.5], 1.5), ([9.0, -9.0, 2.0], 3.5)];
        for (row, expected) in rows {
            assert!((odds(row) - expected).abs() < 1e-5, "{row:?}: {}", odds(row));
        }
    }
}

//! Logistic models over features that have names: every number about a thing, and the weight of each, is
//! a field, so that no weight can be given to another feature than the one meant, none twice, and none be
//! forgotten.

/// Declares a struct of numbers, which are the features of a thing or the weights of a model over them.
/// They are summed up in the order in which they are declared.
macro_rules! features {
    ($(#[$about:meta])* pub(super) struct $name:ident { $($(#[$meaning:meta])* $field:ident,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(super) struct $name { $($(#[$meaning])* pub $field: f64,)+ }

        impl $name {
            /// All zero: for models in which few features count.
            #[allow(dead_code, reason = "in other models all of them do")]
            pub const NONE: Self = Self { $($field: 0.0,)+ };

            /// What they are called, in order.
            pub const NAMES: [&'static str; [$(stringify!($field)),+].len()] =
                [$(stringify!($field)),+];

            /// The numbers, in order.
            pub fn values(&self) -> [f64; Self::NAMES.len()] {
                [$(self.$field),+]
            }

            /// The sum of these features by these weights.
            pub fn sum(&self, weights: &Self) -> f64 {
                let (weights, features) = (weights.values(), self.values());
                weights.iter().zip(&features).map(|(weight, feature)| weight * feature).sum()
            }

            /// The logistic function of that sum, 0–1.
            #[allow(dead_code, reason = "where the sum is one of several things, that is not asked")]
            pub fn probability(&self, weights: &Self) -> f64 {
                1.0 / (1.0 + (-self.sum(weights)).exp())
            }
        }

        #[cfg(test)]
        impl $name {
            /// From the numbers, in order.
            pub fn from_values(values: [f64; Self::NAMES.len()]) -> Self {
                let [$($field),+] = values;
                Self { $($field),+ }
            }

            /// Those that are not zero, one a line as they stand in the program.
            pub fn lines(&self) -> String {
                let all = Self::NAMES.iter().zip(self.values());
                let lines = all.filter(|(_, weight)| *weight != 0.0);
                lines.map(|(name, weight)| format!("{name}: {weight:.2},\n")).collect()
            }
        }
    };
}

pub(crate) use features;

#[cfg(test)]
mod tests {
    features! {
        /// Two numbers.
        pub(super) struct Two {
            /// Always one.
            bias,
            /// How long.
            length,
        }
    }

    #[test]
    fn a_number_is_found_by_its_name_and_weighed_by_its_own_weight() {
        let weights = Two { length: -2.0, bias: 0.5 };
        let features = Two { bias: 1.0, length: 3.0 };
        assert_eq!(Two::NAMES, ["bias", "length"]);
        assert_eq!(weights.values().map(|weight| weight.to_string()), ["0.5", "-2"]);
        assert_eq!(Two::from_values(weights.values()), weights);
        assert!((features.sum(&weights) + 5.5).abs() < 1e-15);
        assert!((features.probability(&weights) - 1.0 / (1.0 + 5.5_f64.exp())).abs() < 1e-15);
        assert_eq!(Two { bias: 0.0, ..weights }.lines(), "length: -2.00,\n");
    }
}

//! The head while it learns: forward with what backward needs, and backward.

use ndarray::{Array1, Array2, Axis};

use standfirst_core::random::SplitMix64;

use crate::extractive::salience::head::Head;

/// Weights, or a gradient of them.
#[derive(Clone)]
pub(super) struct Network {
    hidden: Array2<f32>,
    bias: Array1<f32>,
    output: Array1<f32>,
    linear: Array1<f32>,
    pub(super) pair: Array1<f32>,
}

/// What a forward pass leaves.
pub(super) struct Pass {
    /// One per sentence.
    pub(super) scores: Array1<f32>,
    units: Array2<f32>,
}

impl Network {
    /// Small weights of chance.
    pub(super) fn new(features: usize, units: usize, random: &mut SplitMix64) -> Self {
        let wide = (1.0 / features as f32).sqrt();
        let narrow = 0.3 * (1.0 / units as f32).sqrt();
        Self {
            hidden: Array2::from_shape_simple_fn((units, features), || wide * random.weight()),
            bias: Array1::zeros(units),
            output: Array1::from_shape_simple_fn(units, || narrow * random.weight()),
            linear: Array1::zeros(features),
            pair: Array1::zeros(3),
        }
    }

    pub(super) fn zeros(&self) -> Self {
        Self {
            hidden: Array2::zeros(self.hidden.raw_dim()),
            bias: Array1::zeros(self.bias.len()),
            output: Array1::zeros(self.output.len()),
            linear: Array1::zeros(self.linear.len()),
            pair: Array1::zeros(self.pair.len()),
        }
    }

    /// All weights in one order.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut f32> {
        let Self { hidden, bias, output, linear, pair } = self;
        hidden.iter_mut().chain(bias).chain(output).chain(linear).chain(pair)
    }

    /// All weights in the same order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &f32> {
        let Self { hidden, bias, output, linear, pair } = self;
        hidden.iter().chain(bias).chain(output).chain(linear).chain(pair)
    }

    /// Scores of the rows of `input`.
    pub(super) fn forward(&self, input: &Array2<f32>) -> Pass {
        let mut units = input.dot(&self.hidden.t()) + &self.bias;
        units.mapv_inplace(f32::tanh);
        Pass { scores: units.dot(&self.output) + input.dot(&self.linear), units }
    }

    /// Adds to `gradient` what `slope`, the change of the loss with each score, means for each weight.
    pub(super) fn backward(
        &self,
        input: &Array2<f32>,
        pass: &Pass,
        slope: &Array1<f32>,
        gradient: &mut Self,
    ) {
        gradient.output += &pass.units.t().dot(slope);
        gradient.linear += &input.t().dot(slope);
        let mut inner =
            slope.view().insert_axis(Axis(1)).dot(&self.output.view().insert_axis(Axis(0)));
        inner.zip_mut_with(&pass.units, |slope, unit| *slope *= 1.0 - unit * unit);
        gradient.hidden += &inner.t().dot(input);
        gradient.bias += &inner.sum_axis(Axis(0));
    }
}

/// The head that scores as the mean of `networks` does: their units side by side.
pub(super) fn join(head: Head, networks: &[Network]) -> Head {
    let share = 1.0 / networks.len() as f32;
    let features = head.mean.len();
    let units: usize = networks.iter().map(|network| network.bias.len()).sum();
    let rows = networks.iter().flat_map(|network| network.hidden.iter().copied()).collect();
    let mean = |part: fn(&Network) -> &Array1<f32>| {
        networks.iter().map(part).fold(Array1::zeros(part(&networks[0]).len()), |sum, x| sum + x)
            * share
    };
    let pair = mean(|network| &network.pair);
    Head {
        hidden: Array2::from_shape_vec((units, features), rows).unwrap_or_default(),
        bias: networks.iter().flat_map(|network| network.bias.iter().copied()).collect(),
        output: networks
            .iter()
            .flat_map(|network| network.output.iter().map(|v| v * share))
            .collect(),
        linear: mean(|network| &network.linear),
        pair: [pair[0], pair[1], pair[2]],
        ..head
    }
}

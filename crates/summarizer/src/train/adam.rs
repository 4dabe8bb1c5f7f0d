//! Adam (Kingma & Ba 2015) with decoupled weight decay (Loshchilov & Hutter 2019); the step grows over
//! the first rounds and then falls along a cosine to nothing.

use super::network::Network;

/// Steps over which the first ones grow.
const WARM_UP: f32 = 20.0;
/// How much of the mean and of the mean square of earlier gradients is kept.
const KEPT: (f32, f32) = (0.9, 0.999);

/// The optimiser's memory.
pub(super) struct Adam {
    mean: Vec<f32>,
    square: Vec<f32>,
    rate: f32,
    decay: f32,
    steps: f32,
    step: f32,
}

impl Adam {
    /// For this many steps, the largest of size `rate`, each of which takes `decay` of it off the weights.
    pub(super) fn new(network: &Network, rate: f32, decay: f32, steps: usize) -> Self {
        let count = network.iter().count();
        let (mean, square) = (vec![0.0; count], vec![0.0; count]);
        Self { mean, square, rate, decay, steps: steps as f32, step: 0.0 }
    }

    /// Moves the weights against `share` of the gradient.
    pub(super) fn step(&mut self, network: &mut Network, gradient: &Network, share: f32) {
        self.step += 1.0;
        let fall = 0.5 * (1.0 + (std::f32::consts::PI * (self.step / self.steps).min(1.0)).cos());
        let rate = self.rate * fall * (self.step / WARM_UP).min(1.0);
        let (first, second) = KEPT;
        let (bias_1, bias_2) = (1.0 - first.powf(self.step), 1.0 - second.powf(self.step));
        let memory = self.mean.iter_mut().zip(&mut self.square);
        for ((weight, slope), (mean, square)) in network.iter_mut().zip(gradient.iter()).zip(memory)
        {
            let slope = slope * share;
            *mean = first * *mean + (1.0 - first) * slope;
            *square = second * *square + (1.0 - second) * slope * slope;
            let move_by = (*mean / bias_1) / ((*square / bias_2).sqrt() + 1e-8);
            *weight -= rate * (move_by + self.decay * *weight);
        }
    }
}

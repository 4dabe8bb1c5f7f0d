//! The [kernels] as operations on candle's tensors: two-dimensional, contiguous, f32,
//! on the CPU.

use candle_core::{CpuStorage, CustomOp2, InplaceOp2, InplaceOp3, Layout, Result, Shape, bail};

use super::kernels::{self, Norm, Sequences};

/// Bias and exact GELU, in place. Second operand: the bias.
pub struct Gelu;

impl InplaceOp2 for Gelu {
    fn name(&self) -> &'static str {
        "bias and gelu"
    }

    fn cpu_fwd(
        &self,
        x: &mut CpuStorage,
        x_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<()> {
        kernels::gelu(numbers_mut(x, x_layout)?, numbers(bias, bias_layout)?);
        Ok(())
    }
}

/// Bias, residual and layer normalisation, in place. Second operand: the residual. Third: bias,
/// scale and shift, one a row.
pub struct AddAndNorm {
    /// Added to the variance.
    pub epsilon: f32,
}

impl InplaceOp3 for AddAndNorm {
    fn name(&self) -> &'static str {
        "residual and layer norm"
    }

    fn cpu_fwd(
        &self,
        x: &mut CpuStorage,
        x_layout: &Layout,
        residual: &CpuStorage,
        residual_layout: &Layout,
        rows: &CpuStorage,
        rows_layout: &Layout,
    ) -> Result<()> {
        let rows = numbers(rows, rows_layout)?;
        let (bias, rows) = rows.split_at(rows.len() / 3);
        let (scale, shift) = rows.split_at(rows.len() / 2);
        let norm = Norm { scale, shift, epsilon: self.epsilon };
        let residual = numbers(residual, residual_layout)?;
        kernels::add_and_norm(numbers_mut(x, x_layout)?, residual, bias, norm);
        Ok(())
    }
}

/// Attention over sequences packed one after another. First operand: tokens × 3·width. Second: the
/// bias of the projection.
pub struct Attention<'a>(pub Sequences<'a>);

impl CustomOp2 for Attention<'_> {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn cpu_fwd(
        &self,
        projected: &CpuStorage,
        projected_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (projected, bias) =
            (numbers(projected, projected_layout)?, numbers(bias, bias_layout)?);
        let context = kernels::attention(projected, bias, self.0);
        let width = bias.len() / 3;
        let shape = Shape::from((context.len() / width, width));
        Ok((CpuStorage::F32(context), shape))
    }
}

/// The numbers of an operand.
pub fn numbers<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(numbers), Some((start, end))) => Ok(&numbers[start..end]),
        _ => bail!("expected contiguous f32 numbers"),
    }
}

fn numbers_mut<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(numbers), Some((start, end))) => Ok(&mut numbers[start..end]),
        _ => bail!("expected contiguous f32 numbers"),
    }
}

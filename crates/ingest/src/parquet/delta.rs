//! The encodings that begin with as many lengths as they say themselves. The library makes room for all of them, so
//! they are counted here first.
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings/#delta-encoding-delta_binary_packed--5>

use super::{
    fault::Fault,
    levels::{take, varint},
};

/// Refuses values in one of the encodings with lengths, if these are more than `count`; `lists` of them there are.
///
/// # Errors
/// If there are more, or they are cut off.
pub(super) fn check(values: &[u8], count: u64, lists: usize) -> Result<(), Fault> {
    let mut values = values;
    (0..lists).try_for_each(|_| pass(&mut values, count))
}

/// Passes over one list of whole numbers.
fn pass(values: &mut &[u8], most: u64) -> Result<(), Fault> {
    let broken = || Fault::new("a page has lengths that cannot be read");
    let (block, minis, count) = (varint(values)?, varint(values)?, varint(values)?);
    varint(values)?;
    if count > most {
        return Err(Fault::new("a page counts more lengths than values"));
    }
    let in_mini = block.checked_div(minis).filter(|numbers| *numbers > 0).ok_or_else(broken)?;
    let minis = usize::try_from(minis).map_err(|_| broken())?;
    let mut left = count.saturating_sub(1);
    while left > 0 {
        varint(values)?;
        let widths = take(values, minis)?;
        for &width in widths {
            if left == 0 {
                break;
            }
            let bits = in_mini.checked_mul(u64::from(width)).ok_or_else(broken)?;
            take(values, usize::try_from(bits / 8).map_err(|_| broken())?)?;
            left = left.saturating_sub(in_mini);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_counted() {
        // The first example of the specification: 1 2 3 4 5, in blocks of 128 in 4 parts.
        let five = [0x80, 0x01, 4, 5, 2, 2, 0, 0, 0, 0];
        assert_eq!(check(&five, 5, 1), Ok(()));
        assert_eq!(check(&[five, five].concat(), 5, 2), Ok(()));
        assert!(check(&five, 4, 1).is_err());
        assert!(check(&five, 5, 2).is_err());
        assert!(check(&[0x80, 0x01, 0, 5, 2, 2], 5, 1).is_err());
    }
}

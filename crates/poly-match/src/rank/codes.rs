//! Codes: integers that sort as keys do.

use crate::error::Error;
use crate::rank::radix;
use crate::rule::{Key, Values};

const SIGN: u64 = 1 << 63;

/// The code of a polygon without a value: above all others.
const MISSING: u64 = u64::MAX;

/// An integer that sorts as the double does. Both zeros give the same integer.
pub(crate) fn float_code(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// An integer that sorts as the signed one does.
fn signed_code(value: i64) -> u64 {
    value.cast_unsigned() ^ SIGN
}

/// A use for the values of a key together with the code of a value. A trait, because the values are
/// of several types.
pub(super) trait CodesUser {
    type Output;

    fn with<T>(self, values: &[T], code: impl Fn(&T) -> u64) -> Self::Output;
}

/// Calls `user` with the values of a key, and with what turns a value into its code: the lowest code
/// wins. Missing values are not looked at.
pub(super) fn with_codes<U: CodesUser>(key: &Key<'_>, user: U) -> U::Output {
    match (key.values, key.is_largest_first) {
        (Values::Float(values), false) => user.with(values, |&value| float_code(value)),
        (Values::Float(values), true) => user.with(values, |&value| !float_code(value)),
        (Values::Signed(values), false) => user.with(values, |&value| signed_code(value)),
        (Values::Signed(values), true) => user.with(values, |&value| !signed_code(value)),
        (Values::Unsigned(values), false) => user.with(values, |&value| value),
        (Values::Unsigned(values), true) => user.with(values, |&value| !value),
    }
}

/// One code for each polygon that sorts as its keys do, compared in order. Codes are equal only if
/// all keys are. Polygons whose flag in `skip` is true may lack values; their code has no meaning.
///
/// # Errors
/// [`Error::Key`] for a value that is missing, unless its key allows it, and whatever `poll`
/// returns. There must be fewer than 2^32 polygons.
pub(super) fn codes_in_order<E: From<Error>>(
    keys: &[Key<'_>],
    skip: Option<&[bool]>,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<Vec<u64>, E> {
    let mut all: Option<Vec<u64>> = None;
    for key in keys {
        let codes = codes(key, skip, &mut poll)?;
        all = Some(match all {
            None => codes,
            Some(before) => {
                // Two numbers below 2^32 fit into one code.
                let (high, low) = (dense(&before, &mut poll)?, dense(&codes, &mut poll)?);
                let pairs = high.iter().zip(&low);
                pairs.map(|(&high, &low)| u64::from(high) << u32::BITS | u64::from(low)).collect()
            }
        });
    }
    Ok(all.unwrap_or_default())
}

/// The codes of one key.
fn codes<E: From<Error>>(
    key: &Key<'_>,
    skip: Option<&[bool]>,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<Vec<u64>, E> {
    struct Collect;

    impl CodesUser for Collect {
        type Output = Vec<u64>;

        fn with<T>(self, values: &[T], code: impl Fn(&T) -> u64) -> Vec<u64> {
            values.iter().map(code).collect()
        }
    }

    let codes = with_codes(key, Collect);
    if !key.has_missing() {
        return Ok(codes);
    }
    let is_skipped = |polygon: usize| skip.is_some_and(|skip| skip[polygon]);
    let missing = (0..codes.len()).find(|&i| key.is_missing(i) && !is_skipped(i));
    if let Some(polygon) = missing.filter(|_| !key.are_nulls_last) {
        return Err(Error::Key { polygon }.into());
    }
    let dense = dense(&codes, &mut poll)?.into_iter().enumerate();
    let code = |(i, dense)| if key.is_missing(i) { MISSING } else { u64::from(dense) };
    Ok(dense.map(code).collect())
}

/// Numbers the distinct codes from 0, in order.
fn dense<E>(codes: &[u64], poll: impl FnMut() -> Result<(), E>) -> Result<Vec<u32>, E> {
    let order = radix::order(codes, |&code| code, poll)?;
    let mut dense = vec![0; codes.len()];
    let (mut number, mut before) = (0, None);
    for &position in &order {
        let code = codes[position as usize];
        if before.replace(code).is_some_and(|before| before != code) {
            number += 1;
        }
        dense[position as usize] = number;
    }
    Ok(dense)
}
